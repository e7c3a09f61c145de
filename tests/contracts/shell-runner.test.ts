import { afterAll } from 'vitest';

import { describeShellRunnerContract } from '@clamshell/testkit';

import { sshServers } from './ssh-servers.ts';

const world = new AsyncDisposableStack();
afterAll(() => world.disposeAsync());

for (const { name, connect, unavailable } of sshServers(world)) {
  describeShellRunnerContract(`transport-ssh ${name}`, {
    async open() {
      const connected = await connect();
      return {
        subject: connected.transport.shell,
        [Symbol.asyncDispose]: () => connected[Symbol.asyncDispose](),
      };
    },
    unavailable,
  });
}
