/** One thing at a time, in the order it was asked for. */
export class Lane {
  #last: Promise<unknown> = Promise.resolve();

  enter<Value>(work: () => Promise<Value>): Promise<Value> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
