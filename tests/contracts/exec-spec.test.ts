import { afterAll } from 'vitest';

import { invariant } from '@clamshell/core';
import { describeExecSpecSourceContract, type Incapability } from '@clamshell/testkit';

import { sshServers } from './ssh-servers.ts';

const world = new AsyncDisposableStack();
afterAll(() => world.disposeAsync());

const TERMINAL_RULES = ['with a terminal a command has one, else none'];

for (const { name, connect, unavailable } of sshServers(world)) {
  describeExecSpecSourceContract(`transport-ssh ${name}`, {
    async open() {
      const connected = await connect();
      const { specs, shell } = connected.transport;
      invariant(specs, 'it prepares commands for the host');
      return { subject: specs, shell, [Symbol.asyncDispose]: () => connected[Symbol.asyncDispose]() };
    },
    unavailable,
    incapable: incapabilities(name),
  });
}

function incapabilities(name: string): readonly Incapability[] {
  return name.includes('local gateway')
    ? [{ reason: 'the local gateway has no terminals', rules: TERMINAL_RULES }]
    : [];
}
