import { type Lease, type SandboxId, TransportError } from '@clamshell/core';

/** What a file bridge needs of a live link. */
export type Link = Pick<Lease, 'peer'> & {
  readonly transport: Pick<Lease['transport'], 'shell' | 'requests'>;
};

const shell = { spawn: unreachable, run: unreachable };

/** What names are resolved over: no bridge needs a link for them, and nothing else is asked. */
export const NOWHERE: Link = { peer: { id: '' as SandboxId, shell }, transport: { shell } };

function unreachable(): Promise<never> {
  return Promise.reject(new TransportError('CONNECTION_LOST', 'No link to the sandbox is open'));
}
