import { afterAll } from 'vitest';

import { invariant } from '@clamshell/core';
import { describeProcessTableContract } from '@clamshell/testkit';

import { makeShellUserland, whyNoShell } from './shells.ts';
import { openShellLikeServer, sshServers } from './ssh-servers.ts';

const world = new AsyncDisposableStack();
afterAll(() => world.disposeAsync());

const { path } = world.use(makeShellUserland('busybox'));
const busybox = {
  ...openShellLikeServer({ profile: `PATH=${path}` }),
  name: 'with busybox',
  unavailable: whyNoShell('busybox'),
};

for (const { connect, name, unavailable } of [...sshServers(world), busybox]) {
  describeProcessTableContract(`transport-ssh ${name}`, {
    unavailable,
    async open() {
      const connected = await connect();
      const { processes, shell } = connected.transport;
      invariant(processes, 'it has background commands');
      return {
        subject: processes,
        shell,
        async again() {
          const other = (await connected.again()).processes;
          invariant(other, 'it has background commands');
          return other;
        },
        disconnect: () => Promise.resolve(connected.transport[Symbol.asyncDispose]()),
        [Symbol.asyncDispose]: () => connected[Symbol.asyncDispose](),
      };
    },
  });
}
