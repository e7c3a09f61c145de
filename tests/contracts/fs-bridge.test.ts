import { afterAll } from 'vitest';

import { describeFsBridgeContract, makeFsWorld, NodeFsBridge } from '@clamshell/testkit';

import { makeFileUserland, USERLANDS, whyNoUserland } from './file-userlands.ts';
import { CAPABILITIES, openRemote } from './fs-bridges.ts';

describeFsBridgeContract('node:fs, the reference', {
  open() {
    const world = makeFsWorld();
    const { main, other, sealed, closed } = world;
    const subject = new NodeFsBridge({ mounts: [main, other, sealed], closed });
    const close = async () => world[Symbol.dispose]();
    return Promise.resolve({ subject, world, truth: 'sandbox' as const, [Symbol.asyncDispose]: close });
  },
  incapable: [{ reason: 'it has no capabilities', rules: CAPABILITIES }],
});

// The shells that stand between these two are tried by the full suites.
for (const name of ['python3', 'busybox'] as const) {
  const userland = makeFileUserland(USERLANDS[name]);
  afterAll(() => userland[Symbol.dispose]());

  describeFsBridgeContract(`remote, ${name}`, {
    open: () => openRemote(userland),
    unavailable: whyNoUserland(USERLANDS[name]),
  });
}
