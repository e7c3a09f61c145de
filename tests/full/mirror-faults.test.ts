import { expect, test } from 'vitest';

import { startingWorld } from '../real/mirror-changes.ts';
import { ERRNOS, surviveFault } from '../real/mirror-faults.ts';

test.each(ERRNOS)(
  '%s at every call to the file system: each path old or new, the next sync finishes',
  async (errno) => {
    using world = await startingWorld();
    let isReached = true;
    for (let at = 1; isReached; at += 1) {
      isReached = await surviveFault(world, { round: at, at, errno });
      expect(at, 'it ends').toBeLessThan(1000);
    }
  },
);
