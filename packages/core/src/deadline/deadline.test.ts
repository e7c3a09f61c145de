import { getEventListeners } from 'node:events';

import { expect, test } from 'vitest';

import { type CallOptions, type Clock, withDeadline, withDeadlineUntilEnd } from '../index.ts';

/** Time moves when the test says so; `pending` counts timers that were not let go. */
function manualClock() {
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  let now = 0;
  const clock: Clock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { at: now + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
  };
  const advance = async (ms: number) => {
    now += ms;
    for (const sleeper of sleepers) {
      if (sleeper.at > now) continue;
      sleepers.delete(sleeper);
      sleeper.wake();
    }
    await Promise.resolve();
  };
  return { clock, advance, pending: () => sleepers.size };
}

/** Work that ends by its signal only, in the way of an adapter that has words of its own for it. */
function untilAborted({ signal }: CallOptions, failure?: Error): Promise<never> {
  return new Promise((_resolve, reject) =>
    signal?.addEventListener('abort', () => reject(failure ?? signal.reason)),
  );
}

const listeners = ({ signal }: AbortController) => getEventListeners(signal, 'abort').length;

test('work that is in time gives its value, and timer and listener are let go', async () => {
  const { clock, pending } = manualClock();
  const caller = new AbortController();
  const options = { signal: caller.signal, timeoutMs: 100, extra: 'x' };
  const value = await withDeadline(clock, options, async (bound) => {
    expect([pending(), listeners(caller)]).toEqual([1, 1]);
    return [bound.extra, bound.timeoutMs, bound.signal.aborted];
  });
  expect(value).toEqual(['x', undefined, false]);
  await Promise.resolve();
  expect([pending(), listeners(caller)]).toEqual([0, 0]);
});

test('without a time limit the options go through as they are, and no timer is made', async () => {
  const { clock, pending } = manualClock();
  const options: CallOptions = { signal: new AbortController().signal };
  await withDeadline(clock, options, async (bound) => {
    expect(bound).toBe(options);
    expect(pending()).toBe(0);
  });
});

test('work that is late rejects with DEADLINE_EXCEEDED, whatever it says itself', async () => {
  const { clock, advance, pending } = manualClock();
  const caller = new AbortController();
  const call = withDeadline(clock, { signal: caller.signal, timeoutMs: 1500 }, (bound) =>
    untilAborted(bound, new TypeError('the tool was killed')),
  );
  const rejection = expect(call).rejects.toMatchObject({
    code: 'DEADLINE_EXCEEDED',
    message: 'Not done within 1.5 s',
    context: { timeoutMs: 1500 },
  });
  await advance(1499);
  expect(pending()).toBe(1);
  await advance(1);
  await rejection;
  expect([pending(), listeners(caller)]).toEqual([0, 0]);
});

test.each([
  ['with', 100],
  ['without', undefined],
])('an abort rejects with its own reason, untouched, %s a time limit', async (_with, timeoutMs) => {
  const { clock, pending } = manualClock();
  const caller = new AbortController();
  const call = withDeadline(clock, { signal: caller.signal, timeoutMs }, (bound) =>
    untilAborted(bound, new TypeError('the tool was killed')),
  );
  const reason = { not: 'even an error' };
  caller.abort(reason);
  await expect(call).rejects.toBe(reason);
  expect(pending()).toBe(0);
});

test('an abort that came before begins nothing', async () => {
  const { clock, pending } = manualClock();
  const options = { signal: AbortSignal.abort('early'), timeoutMs: 100 };
  let isCalled = false;
  await expect(withDeadline(clock, options, async () => (isCalled = true))).rejects.toBe('early');
  expect([isCalled, pending()]).toEqual([false, 0]);
});

test('a failure in time is the caller’s to see, and a value that came late is a value', async () => {
  const { clock, advance } = manualClock();
  const failure = new TypeError('no');
  await expect(withDeadline(clock, { timeoutMs: 5 }, () => Promise.reject(failure))).rejects.toBe(failure);
  const late = withDeadline(clock, { timeoutMs: 5 }, (bound) => untilAborted(bound).catch(() => 'done'));
  await advance(5);
  await expect(late).resolves.toBe('done');
});

test('what lives on is bound until it has ended, and not longer', async () => {
  const { clock, advance, pending } = manualClock();
  const caller = new AbortController();
  const open = () =>
    withDeadlineUntilEnd(clock, { signal: caller.signal, timeoutMs: 10 }, async (bound) => {
      const ended = Promise.withResolvers<string>();
      untilAborted(bound).catch(ended.reject);
      return { value: { end: ended.resolve, exit: ended.promise }, ended: ended.promise };
    });

  const late = await open();
  expect([pending(), listeners(caller)]).toEqual([1, 1]);
  const rejection = expect(late.exit).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  await advance(10);
  await rejection;

  const quick = await open();
  quick.end('0');
  await quick.exit;
  expect([pending(), listeners(caller)]).toEqual([0, 0]);

  const aborted = await open();
  caller.abort('enough');
  await expect(aborted.exit).rejects.toBe('enough');
  expect(pending()).toBe(0);
});

test('a limit longer than any timer does not expire at once', async () => {
  const waits: number[] = [];
  const clock: Clock = { now: () => 0, sleep: async (ms) => void waits.push(ms) };
  await withDeadline(clock, { timeoutMs: Infinity }, async () => {});
  expect(waits).toEqual([2 ** 31 - 1]);
  await expect(withDeadline(clock, { timeoutMs: NaN }, async () => {})).rejects.toThrow('Invariant');
});
