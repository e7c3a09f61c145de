import type { Clock, Logger, MirrorPeer, RelPath, RemotePath, SyncDirection } from '@clamshell/core';
import type { HostTree } from '@clamshell/host';

import type { Ignores } from '../exclude/ignores.ts';
import type { Protection } from '../plan/step.ts';
import type { Remote } from '../remote/remote.ts';
import type { MountState } from '../state/mount-state.ts';
import type { Side } from '../tree/entry.ts';
import type { UndoBudget } from '../undo/prune.ts';
import type { MirrorMemory } from './mirror-memory.ts';
import type { Phases } from './phases.ts';

/** The host’s half at work, under the mount’s lock. */
export interface HostMount {
  readonly host: HostTree;
  readonly sandboxRoot: RemotePath;
  readonly state: MountState;
  readonly winner: Side;
  readonly protect: Protection;
  readonly ignores: Ignores;
  readonly useGitignore: boolean;
  readonly undoBudget: UndoBudget;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: () => string;
  readonly phases: Phases;
  readonly signal?: AbortSignal | undefined;
}

/** One sync at work. */
export interface MountSync extends HostMount {
  readonly peer: MirrorPeer;
  readonly direction: SyncDirection;
  readonly paths: readonly RelPath[] | undefined;
  readonly believe: Side | undefined;
  readonly memory: MirrorMemory;
}

export function remoteOf(
  { peer, sandboxRoot, newId, clock }: MountSync,
  signal: AbortSignal | undefined,
): Remote {
  return { shell: peer.shell, requests: peer.requests, root: sandboxRoot, newId, clock, signal };
}
