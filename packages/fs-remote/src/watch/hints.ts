import type { RelPath } from '@clamshell/core';

/** A place below what is watched; `undefined` for all of it. */
export type Hint = RelPath | undefined;

const MAX_HINTS = 1000;

/** What happened and was not told yet; all of it, where it was too much to be told. */
export class Hints {
  readonly #paths = new Set<Hint>();
  #changed = Promise.withResolvers<void>();
  #isEnded = false;

  add(path: Hint): void {
    if (this.#paths.has(undefined)) return;
    const isAll = path === undefined || this.#paths.size >= MAX_HINTS;
    if (isAll) this.#paths.clear();
    this.#paths.add(isAll ? undefined : path);
    this.#changed.resolve();
  }

  end(): void {
    this.#isEnded = true;
    this.#changed.resolve();
  }

  /** Waits for some; none at the end. */
  async take(): Promise<readonly Hint[]> {
    if (this.#paths.size === 0 && !this.#isEnded) await this.#changed.promise;
    this.#changed = Promise.withResolvers();
    const taken = [...this.#paths];
    this.#paths.clear();
    return taken;
  }
}
