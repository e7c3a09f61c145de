import { expect, test } from 'vitest';

import { runFaultyOperations } from '../contracts/faulty-operations.ts';

const OPERATIONS = 1000;
const DEADLINE_MS = 3000;
/** From the deadline to the rejection: TERM, two seconds, KILL, and a loaded machine. */
const GRACE_MS = 30_000;

test('a thousand lifecycle operations with faults end in the right state or a clear error, in time', async ({
  task,
}) => {
  const { codes, longestMs, ends } = await runFaultyOperations({
    operations: OPERATIONS,
    lanes: 10,
    deadlineMs: DEADLINE_MS,
  });
  Object.assign(task.meta, { figures: { operations: OPERATIONS, longestMs, ...codes } });
  expect(Object.values(codes).reduce((sum, count) => sum + count, 0)).toBe(OPERATIONS);
  expect(Object.keys(codes).filter((code) => code.startsWith('not ours'))).toEqual([]);
  expect(longestMs).toBeLessThan(DEADLINE_MS + GRACE_MS);
  expect(codes['done']).toBeGreaterThan(OPERATIONS / 5);
  expect(ends).toEqual(ends.map(([, isThere]) => [isThere ? 'ready' : 'absent', isThere]));
});
