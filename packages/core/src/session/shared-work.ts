import type { CallOptions, Progress } from '../ports/call-options.ts';

/**
 * One piece of work that several callers wait for. A caller's abort ends its own wait; the work is aborted once nobody
 * waits any more. Everyone's progress is told.
 */
export class SharedWork<Value> {
  readonly #controller = new AbortController();
  readonly #listeners = new Set<(progress: Progress) => void>();
  readonly #outcome: Promise<Value>;
  #waiting = 0;
  #isSettled = false;

  /** `closing` aborts it too. */
  constructor(work: (options: CallOptions) => Promise<Value>, closing: AbortSignal) {
    const progress = (step: Progress) => {
      for (const tell of this.#listeners) tell(step);
    };
    this.#outcome = work({ signal: AbortSignal.any([this.#controller.signal, closing]), progress });
    const settle = () => (this.#isSettled = true);
    this.#outcome.then(settle, settle);
  }

  /** Nobody waits for it any more: whoever comes now needs work of its own. */
  get isAbandoned(): boolean {
    return this.#controller.signal.aborted;
  }

  async join({ signal, progress }: CallOptions): Promise<Value> {
    signal?.throwIfAborted();
    this.#waiting += 1;
    if (progress !== undefined) this.#listeners.add(progress);
    try {
      return await orAborted(this.#outcome, signal);
    } finally {
      if (progress !== undefined) this.#listeners.delete(progress);
      this.#waiting -= 1;
      // What the work made, such as a connection, may go on listening to its signal.
      if (this.#waiting === 0 && !this.#isSettled) this.#controller.abort(signal?.reason);
    }
  }
}

/** Settles as `promise` does, or rejects with the reason of an abort that came first. */
export async function orAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
