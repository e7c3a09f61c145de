import { expect, test } from 'vitest';

import { runFaultyOperations } from './faulty-operations.ts';

// The long suites have a thousand of them.
test('lifecycle operations whose tool is killed, hangs or talks nonsense end clearly or rightly', async () => {
  const { codes, ends } = await runFaultyOperations({ operations: 60, lanes: 12, deadlineMs: 3000 });
  expect(Object.values(codes).reduce((sum, count) => sum + count, 0)).toBe(60);
  expect(Object.keys(codes).filter((code) => code.startsWith('not ours'))).toEqual([]);
  expect(codes['done']).toBeGreaterThan(0);
  expect(ends).toEqual(ends.map(([, isThere]) => [isThere ? 'ready' : 'absent', isThere]));
}, 120_000);
