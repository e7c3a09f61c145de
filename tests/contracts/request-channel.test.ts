import { afterAll } from 'vitest';

import { createShellRequestChannel } from '@clamshell/core';
import { describeRequestChannelContract } from '@clamshell/testkit';

import { createLocalShell } from './local-shell.ts';
import { makeShellUserland, SHELL_NAMES, whyNoShell } from './shells.ts';

for (const name of SHELL_NAMES) {
  const userland = makeShellUserland(name);
  afterAll(() => userland[Symbol.asyncDispose]());

  describeRequestChannelContract(`the fallback over ${name}`, {
    async open() {
      const subject = createShellRequestChannel(createLocalShell(userland.path));
      return { subject, [Symbol.asyncDispose]: async () => {} };
    },
    unavailable: whyNoShell(name),
  });
}
