import { expect, test } from 'vitest';

import { DURABLE, ERRNOS } from './injected-faults.ts';
import { startingWorld } from './mirror-changes.ts';
import { surviveFault } from './mirror-faults.ts';

const ROWS = [
  // Every seventh call, each time with the next error; all of them are in the full suite.
  ['a call to the file system', 7, undefined],
  ['a call that is awaited, or makes durable what was written,', 1, DURABLE],
] as const;

test.each(ROWS)(
  '%s that fails leaves each path old or new, and the next sync finishes',
  { timeout: 600_000 },
  async (_what, stride, among) => {
    using world = await startingWorld();
    let isReached = true;
    for (let round = 1; isReached; round += 1) {
      const errno = ERRNOS[round % ERRNOS.length] ?? 'ENOSPC';
      isReached = await surviveFault(world, { round, at: stride * (round - 1) + 1, errno, among });
      expect(round, 'it ends').toBeLessThan(1000);
    }
  },
);
