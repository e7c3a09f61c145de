import { afterAll } from 'vitest';

import { invariant } from '@clamshell/core';
import { describeRequestChannelContract } from '@clamshell/testkit';

import { makeShellUserland, whyNoShell } from './shells.ts';
import { openShellLikeServer, sshServers } from './ssh-servers.ts';

const world = new AsyncDisposableStack();
afterAll(() => world.disposeAsync());

/** The servers' own `sh` is dash; bash has its turn in `npm run test:full`. */
const { path } = world.use(makeShellUserland('busybox'));
const busybox = {
  ...openShellLikeServer({ profile: `PATH=${path}` }),
  name: 'with busybox',
  unavailable: whyNoShell('busybox'),
};

for (const { name, connect, unavailable } of [...sshServers(world), busybox]) {
  describeRequestChannelContract(`transport-ssh ${name}`, {
    async open() {
      const connected = await connect();
      const { requests } = connected.transport;
      invariant(requests, 'it has a request channel');
      return { subject: requests, [Symbol.asyncDispose]: () => connected[Symbol.asyncDispose]() };
    },
    unavailable,
  });
}
