import { ClamshellError } from '../errors/clamshell-error.ts';
import { invariant } from '../errors/invariant.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { Clock } from '../ports/clock-logger.ts';

/**
 * Holds one call to the deadline and the signal of its options. Every public method of an adapter is one such call, and
 * below it there is only a signal:
 *
 *     inspect: (name, options = {}) => withDeadline(clock, options, (bound) => inspect(name, bound)),
 *
 * `work` is given the same options with one signal for both, and no time limit of their own. It ends itself when that
 * signal aborts; this function doesn't race it, so that nothing of the call is left behind. A rejection after the abort
 * becomes the signal's reason: the caller's own, untouched, or DEADLINE_EXCEEDED. What `work` resolves with stands,
 * also when it is late. Where the signal has aborted before, `work` is not called.
 */
export function withDeadline<Options extends CallOptions, Value>(
  clock: Clock,
  options: Options,
  work: (bound: Options) => Promise<Value>,
): Promise<Value> {
  return withDeadlineUntilEnd(clock, options, async (bound) => ({ value: await work(bound) }));
}

/** What a call hands out, and when that is over, by its own end or by an abort; at once where `ended` is missing. */
export interface Lasting<Value> {
  readonly value: Value;
  readonly ended?: Promise<unknown> | undefined;
}

/**
 * As `withDeadline`, for a call whose value lives on, such as a process: signal and time limit hold until `ended` has
 * settled, and both are let go then.
 */
export async function withDeadlineUntilEnd<Options extends CallOptions, Value>(
  clock: Clock,
  options: Options,
  work: (bound: Options) => Promise<Lasting<Value>>,
): Promise<Value> {
  options.signal?.throwIfAborted();
  const { bound, release } = bind(clock, options);
  try {
    const { value, ended = Promise.resolve() } = await work(bound);
    ended.then(release, release);
    return value;
  } catch (error) {
    release();
    throw bound.signal?.aborted === true ? bound.signal.reason : error;
  }
}

/** The longest time a timer takes; more would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function bind<Options extends CallOptions>(clock: Clock, options: Options) {
  const { signal, timeoutMs } = options;
  if (timeoutMs === undefined) return { bound: options, release: () => {} };
  invariant(timeoutMs >= 0, 'a time limit is not negative');
  const call = new AbortController();
  const timer = new AbortController();
  const relay = () => call.abort(signal?.reason);
  const expire = () => call.abort(exceeded(timeoutMs));
  signal?.addEventListener('abort', relay, { once: true });
  clock.sleep(Math.min(timeoutMs, MAX_TIMER_MS), timer.signal).then(expire, () => {});
  const release = () => {
    signal?.removeEventListener('abort', relay);
    timer.abort();
  };
  return { bound: { ...options, signal: call.signal, timeoutMs: undefined }, release };
}

function exceeded(timeoutMs: number): ClamshellError {
  return new ClamshellError('DEADLINE_EXCEEDED', `Not done within ${timeoutMs / 1000} s`, {
    context: { timeoutMs },
  });
}
