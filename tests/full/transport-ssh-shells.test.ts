import { afterAll } from 'vitest';

import { invariant } from '@clamshell/core';
import { describeRequestChannelContract } from '@clamshell/testkit';

import { describeProcessTable } from '../contracts/process-tables.ts';
import { makeShellUserland, SHELL_NAMES, whyNoShell } from '../contracts/shells.ts';
import { openShellLikeServer } from '../contracts/ssh-servers.ts';

const world = new AsyncDisposableStack();
afterAll(() => world.disposeAsync());

// The loop that answers requests, in every shell that a sandbox may have for its `sh`.
for (const shell of SHELL_NAMES) {
  const { path } = world.use(makeShellUserland(shell));
  const server = openShellLikeServer({ profile: `PATH=${path}` });
  describeRequestChannelContract(`transport-ssh with ${shell}`, {
    async open() {
      const connected = await server.connect();
      const { requests } = connected.transport;
      invariant(requests, 'it has a request channel');
      return { subject: requests, [Symbol.asyncDispose]: () => connected[Symbol.asyncDispose]() };
    },
    unavailable: whyNoShell(shell),
  });
  // Its tools too: what finds a background command's processes is made of them.
  if (shell === 'busybox')
    describeProcessTable({ ...server, name: `with ${shell}`, unavailable: whyNoShell(shell) });
}
