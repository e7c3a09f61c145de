import { onAbort } from './on-abort.ts';

/** Turns for at most `size` holders at once, in the order of asking. */
export class ChannelSlots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  /** Whether a turn could be taken at once. */
  get isFree(): boolean {
    return this.#free > 0;
  }

  /**
   * Resolves with the function that gives the turn back, which may be called more than once. Rejects with the reason
   * of the first signal that aborts, and then takes no turn.
   */
  async take(signals: readonly (AbortSignal | undefined)[]): Promise<() => void> {
    for (const signal of signals) signal?.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait(signals);
    let isHeld = true;
    return () => {
      if (isHeld) this.#pass();
      isHeld = false;
    };
  }

  #wait(signals: readonly (AbortSignal | undefined)[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = () => {
        forget();
        resolve();
      };
      const forget = onAbort(signals, (reason) => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1);
        reject(reason);
      });
      this.#waiting.push(turn);
    });
  }

  #pass(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
