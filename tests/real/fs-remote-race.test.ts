import { afterAll, describe, expect, test } from 'vitest';

import { makeFileUserland, USERLANDS, whyNoUserland } from '../contracts/file-userlands.ts';
import { openRemote } from '../contracts/fs-bridges.ts';
import { race } from './fs-race.ts';

const missing = whyNoUserland(USERLANDS.python3);
if (missing !== undefined) process.stderr.write(`${missing}: the races of fs-remote are not run\n`);

describe.skipIf(missing !== undefined && process.env.CI !== 'true')('while links are swapped in', () => {
  const userland = makeFileUserland(USERLANDS.python3);
  afterAll(() => userland[Symbol.dispose]());

  test('no operation is led out of its mount', async () => {
    await using opened = await openRemote(userland);
    const { done, refused } = await race(opened, { seconds: 4, trees: true });
    expect(done + refused).toBeGreaterThan(50);
  });
});
