import { afterAll } from 'vitest';

import { createShellRequestChannel } from '@clamshell/core';
import { createRemoteFsBridge } from '@clamshell/fs-remote';
import { describeFsBridgeContract, makeFsWorld, systemClock as clock } from '@clamshell/testkit';

import { makeFileUserland, USERLANDS, whyNoUserland } from './file-userlands.ts';

const python = makeFileUserland(USERLANDS.python3);
afterAll(() => python[Symbol.dispose]());

describeFsBridgeContract('remote, by a python3 that stays', {
  open() {
    const world = makeFsWorld();
    const { main, other, sealed, closed } = world;
    const requests = createShellRequestChannel(python.shell);
    const mounts = [main, other, sealed];
    const subject = createRemoteFsBridge({ mounts, requests, shell: python.processes, closed, clock });
    const close = async () => world[Symbol.dispose]();
    return Promise.resolve({ subject, world, truth: 'sandbox' as const, [Symbol.asyncDispose]: close });
  },
  incapable: [
    {
      reason: 'it does not search yet',
      rules: ['a search finds lines by an extended expression, below a directory, through no link'],
    },
  ],
  unavailable: whyNoUserland(USERLANDS.python3),
});
