import {
  type CallOptions,
  type MirrorPeer,
  SyncError,
  type SyncOptions,
  type WorkspaceMirror,
} from '@clamshell/core';

import { saveSandbox } from './save/save-sandbox.ts';
import { commitPath } from './sync/commit-path.ts';
import { MirrorMemory } from './sync/mirror-memory.ts';
import type { HostMount, MountSync } from './sync/mount.ts';
import { type RootFault, withMount, type WorkspaceMirrorOptions } from './sync/open-mount.ts';
import { planMount, syncMount } from './sync/sync-mount.ts';
import { listOpenConflicts, listUndoRuns, resolveConflict, undoRun } from './undo/undo.ts';

/** A mirror over any shell runner: the sandbox needs sh, find, xargs, stat, sha256sum and tar, of GNU or busybox. */
export function createWorkspaceMirror(options: WorkspaceMirrorOptions): WorkspaceMirror {
  const onHost = <Value>(call: CallOptions | undefined, work: (mount: HostMount) => Promise<Value>) =>
    withMount(options, call ?? {}, (mount) => work(requireRoot(mount)));
  const saveLimit = options.maxSavedBytes ?? MAX_SAVED_BYTES;
  const memory = new MirrorMemory();
  const onPeer = (mount: HostMount, peer: MirrorPeer, call: SyncOptions = {}): MountSync => {
    const { direction = 'both', paths, believe } = call;
    return { ...mount, peer, memory, direction, paths, believe };
  };
  return {
    plan: (peer, call) =>
      withMount(options, call ?? {}, async (mount) =>
        typeof mount === 'string' ? halted(mount) : planMount(onPeer(mount, peer, call)),
      ),
    sync: (peer, call) =>
      withMount(options, call ?? {}, async (mount) =>
        typeof mount === 'string' ? { ...halted(mount), phases: [] } : syncMount(onPeer(mount, peer, call)),
      ),
    commitPath: (peer, commit, call) => onHost(call, (mount) => commitPath(onPeer(mount, peer), commit)),
    conflicts: () => onHost(undefined, listOpenConflicts),
    resolve: (conflict, take, call) => onHost(call, (mount) => resolveConflict(mount, conflict, take)),
    undoRuns: () => onHost(undefined, listUndoRuns),
    undo: (run, call) => onHost(call, (mount) => undoRun(mount, run)),
    save: (peer, call) => onHost(call, (mount) => saveSandbox(onPeer(mount, peer), saveLimit)),
  };
}

const MAX_SAVED_BYTES = 16 * 1024 ** 3;

function halted(reason: RootFault) {
  return { status: 'halted', reason } as const;
}

function requireRoot(mount: HostMount | RootFault): HostMount {
  if (typeof mount !== 'string') return mount;
  throw new SyncError('WORKSPACE_INVALID', 'The workspace is missing, or is not a directory', {
    context: { reason: mount },
  });
}
