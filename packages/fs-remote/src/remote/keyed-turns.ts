/** Work under keys: what shares a key is done one after another, in the order it was asked for. */
export class KeyedTurns {
  readonly #last = new Map<string, Promise<unknown>>();

  async run<Value>(keys: readonly string[], work: () => Promise<Value>): Promise<Value> {
    const before = keys.map((key) => this.#last.get(key) ?? Promise.resolve());
    const done = Promise.allSettled(before).then(work);
    const settled = done.catch(() => {});
    for (const key of keys) this.#last.set(key, settled);
    try {
      return await done;
    } finally {
      for (const key of keys) if (this.#last.get(key) === settled) this.#last.delete(key);
    }
  }
}
