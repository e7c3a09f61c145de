import { expect, test } from 'vitest';

import { type Clock, parseSandboxName } from '../index.ts';
import { Patience } from './patience.ts';

const SPEC = {
  key: 'k',
  name: parseSandboxName('demo'),
  mode: 'mirror',
  installation: 'me',
  owner: 'p1',
  readyTimeoutMs: 300_000,
} as const;

/** Time that passes in sleeps, and by hand. */
function world() {
  const slept: number[] = [];
  let now = 1_000_000;
  const clock: Clock = {
    now: () => now,
    sleep: async (ms) => {
      slept.push(ms);
      now += ms;
    },
  };
  const patience = new Patience(clock, SPEC);
  patience.begin();
  return { patience, slept, pass: (ms: number) => (now += ms) };
}

const late = { code: 'SANDBOX_NOT_READY' };

test('a sandbox that this session never saw ready has the whole time that a start may take', async () => {
  const { patience, pass } = world();
  pass(300_000);
  await expect(patience.pace({})).resolves.toBeUndefined();
  pass(1);
  await expect(patience.pace({})).rejects.toMatchObject(late);
  expect(patience.isReturning()).toBe(false);
});

test.each([
  ['in this attempt', false],
  ['in an earlier one', true],
])('one that was ready %s may be away for 30 s, as while its gateway restarts', async (_when, isNew) => {
  const { patience, pass } = world();
  patience.sawReady();
  if (isNew) patience.begin();
  pass(30_000);
  expect(patience.isReturning()).toBe(true);
  // Saying Ready in between does not win it more time.
  if (!isNew) patience.sawReady();
  await expect(patience.pace({})).resolves.toBeUndefined();
  pass(1);
  expect(patience.isReturning()).toBe(false);
  await expect(patience.pace({})).rejects.toMatchObject(late);
});

test('one that is started again has the time of a start', async () => {
  const { patience, pass } = world();
  patience.sawReady();
  patience.begin();
  patience.expectStart();
  pass(300_000);
  await expect(patience.pace({})).resolves.toBeUndefined();
});

test('the first look follows at once, later ones after longer and longer pauses, up to 2 s', async () => {
  const { patience, slept } = world();
  for (let step = 0; step < 9; step += 1) await patience.pace({});
  expect(slept).toEqual([250, 375, 562.5, 843.75, 1265.625, 1898.4375, 2000, 2000]);
});
