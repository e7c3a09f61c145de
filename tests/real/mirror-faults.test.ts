import { expect, test } from 'vitest';

import { startingWorld } from './mirror-changes.ts';
import { ERRNOS, surviveFault } from './mirror-faults.ts';

test(
  'a call to the file system that fails leaves each path old or new, and the next sync finishes',
  { timeout: 600_000 },
  async () => {
    using world = await startingWorld();
    let isReached = true;
    // Every seventh call, each time with the next error; all of them are in the full suite.
    for (let round = 1; isReached; round += 1) {
      const errno = ERRNOS[round % ERRNOS.length] ?? 'ENOSPC';
      isReached = await surviveFault(world, { round, at: 7 * round - 6, errno });
      expect(round, 'it ends').toBeLessThan(1000);
    }
  },
);
