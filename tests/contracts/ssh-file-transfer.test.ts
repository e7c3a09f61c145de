import { afterAll } from 'vitest';

import { invariant } from '@clamshell/core';
import { describeFileTransferContract } from '@clamshell/testkit';

import { makeShellUserland, whyNoShell } from './shells.ts';
import { openShellLikeServer, sshServers } from './ssh-servers.ts';

const world = new AsyncDisposableStack();
afterAll(() => world.disposeAsync());

const { path } = world.use(makeShellUserland('busybox'));
const busybox = {
  ...openShellLikeServer({ profile: `PATH=${path}` }),
  name: 'with busybox',
  unavailable: whyNoShell('busybox'),
  incapable: [
    { reason: 'its tar can’t copy a linked file twice', rules: ['two names of one file come as two files'] },
  ],
};

for (const { connect, name, ...harness } of [...sshServers(world), busybox]) {
  describeFileTransferContract(`transport-ssh ${name}`, {
    ...harness,
    async open() {
      const connected = await connect();
      const { files, shell } = connected.transport;
      invariant(files, 'it transfers files');
      return { subject: files, shell, [Symbol.asyncDispose]: () => connected[Symbol.asyncDispose]() };
    },
  });
}
