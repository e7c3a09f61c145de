import { randomBytes } from 'node:crypto';

import { parseSandboxName } from '@clamshell/core';
import { describeSandboxLifecycleContract, systemClock } from '@clamshell/testkit';
import { createHostLifecycle } from '@clamshell/transport-ssh';

import { plainHost, prepareSshd, whyNoSshd } from './sshd.ts';

describeSandboxLifecycleContract('transport-ssh on a plain host', {
  async open() {
    const stack = new AsyncDisposableStack();
    const sshd = stack.use(await prepareSshd());
    const endpoints = await plainHost(sshd, stack);
    return {
      subject: createHostLifecycle({ endpoints, env: process.env, clock: systemClock }),
      newName: () => parseSandboxName(`t-${randomBytes(6).toString('hex')}`),
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
  },
  unavailable: whyNoSshd(),
});
