import { invariant } from '@clamshell/core';
import { describeProcessTableContract } from '@clamshell/testkit';

import type { SshServerKind } from './ssh-servers.ts';

export function describeProcessTable({ connect, name, unavailable }: SshServerKind): void {
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
