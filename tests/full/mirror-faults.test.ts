import { expect, test } from 'vitest';

import { ERRNOS } from '../real/injected-faults.ts';
import { startingWorld } from '../real/mirror-changes.ts';
import { surviveFault } from '../real/mirror-faults.ts';

test.for(ERRNOS)(
  '%s at every call to the file system: each path old or new, the base true, the next sync finishes',
  async (errno, { task }) => {
    using world = await startingWorld();
    let at = 1;
    for (; await surviveFault(world, { round: at, at, errno }); at += 1)
      expect(at, 'it ends').toBeLessThan(1000);
    Object.assign(task.meta, { figures: { faults: at - 1 } });
  },
);
