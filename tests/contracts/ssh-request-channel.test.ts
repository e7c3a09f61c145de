import { afterAll } from 'vitest';

import { invariant } from '@clamshell/core';
import { describeRequestChannelContract } from '@clamshell/testkit';

import { makeShellUserland, SHELL_NAMES, whyNoShell } from './shells.ts';
import { openShellLikeServer, sshServers } from './ssh-servers.ts';

const world = new AsyncDisposableStack();
afterAll(() => world.disposeAsync());

/** The servers' own `sh` is dash. */
const userlands = SHELL_NAMES.filter((name) => name !== 'dash').map((name) => {
  const { path } = world.use(makeShellUserland(name));
  return {
    ...openShellLikeServer({ profile: `PATH=${path}` }),
    name: `with ${name}`,
    unavailable: whyNoShell(name),
  };
});

for (const { name, connect, unavailable } of [...sshServers(world), ...userlands]) {
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
