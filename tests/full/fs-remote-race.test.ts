import { afterAll, describe, expect, test } from 'vitest';

import { makeFileUserland, USERLANDS, whyNoUserland } from '../contracts/file-userlands.ts';
import { openRemote } from '../contracts/fs-bridges.ts';
import { race } from '../real/fs-race.ts';

describe.each(Object.entries(USERLANDS))('while links are swapped in, with %s', (_, parts) => {
  const missing = whyNoUserland(parts);
  const userland = makeFileUserland(parts);
  afterAll(() => userland[Symbol.dispose]());

  test.skipIf(missing !== undefined && process.env.CI !== 'true')(
    'no operation is led out of its mount for 30 s',
    async ({ task }) => {
      await using opened = await openRemote(userland);
      const trees = (await opened.subject.containment()) === 'kernel-anchored';
      const counts = await race(opened, { seconds: 30, trees });
      Object.assign(task.meta, { figures: { ...counts, trees } });
      expect(counts.done).toBeGreaterThan(0);
    },
  );
});
