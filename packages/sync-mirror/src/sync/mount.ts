import type { Clock, Logger, MirrorPeer, RemotePath, SyncDirection } from '@clamshell/core';
import type { HostTree } from '@clamshell/host';

import type { Remote } from '../remote/call-program.ts';
import type { MountState } from '../state/mount-state.ts';
import type { Side } from '../tree/entry.ts';
import type { Phases } from './phases.ts';

/** One sync at work: what it runs on, under the mount's lock. */
export interface MountSync {
  readonly peer: MirrorPeer;
  readonly host: HostTree;
  readonly sandboxRoot: RemotePath;
  readonly state: MountState;
  readonly winner: Side;
  readonly direction: SyncDirection;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: () => string;
  readonly phases: Phases;
  readonly signal?: AbortSignal | undefined;
}

export function remoteOf({ peer, sandboxRoot, newId }: MountSync, signal: AbortSignal | undefined): Remote {
  return { shell: peer.shell, root: sandboxRoot, newId, signal };
}
