/** Per key, when the last caller in the queue will have ended its turn. */
const tails = new Map<string, Promise<void>>();

/**
 * Waits until all who asked for `key` before, in this process, have ended their turn; resolves with the function that
 * ends this one. On abort rejects with `signal.reason`, and the turn is over.
 */
export async function takeTurn(key: string, signal: AbortSignal): Promise<() => void> {
  const before = tails.get(key);
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const tail = (before ?? Promise.resolve()).then(() => ended);
  tails.set(key, tail);
  void tail.then(() => {
    if (tails.get(key) === tail) tails.delete(key);
  });
  if (before === undefined) return end;
  try {
    await orAborted(before, signal);
    return end;
  } catch (error) {
    end();
    throw error;
  }
}

async function orAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
