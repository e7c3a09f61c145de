import { afterAll } from 'vitest';

import { describeFsBridgeContract } from '@clamshell/testkit';

import { makeFileUserland, USERLANDS, whyNoUserland } from '../contracts/file-userlands.ts';
import { openRemote } from '../contracts/fs-bridges.ts';

for (const name of ['dash and GNU tools', 'bash and GNU tools'] as const) {
  const userland = makeFileUserland(USERLANDS[name]);
  afterAll(() => userland[Symbol.dispose]());

  describeFsBridgeContract(`remote, ${name}`, {
    open: () => openRemote(userland),
    unavailable: whyNoUserland(USERLANDS[name]),
  });
}
