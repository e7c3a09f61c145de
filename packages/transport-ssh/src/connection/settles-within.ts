import type { Clock } from '@clamshell/core';

/** True when `promise` settles, either way, before `ms` are over. */
export async function settlesWithin(promise: Promise<unknown>, ms: number, clock: Clock): Promise<boolean> {
  const stop = new AbortController();
  const settled = promise.then(
    () => true,
    () => true,
  );
  const expired = clock.sleep(ms, stop.signal).then(
    () => false,
    () => false,
  );
  const isSettled = await Promise.race([settled, expired]);
  stop.abort();
  return isSettled;
}
