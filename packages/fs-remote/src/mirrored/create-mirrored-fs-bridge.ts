import type { BridgePath, Clock, FsBridge, MirrorPeer, ProtectGroup } from '@clamshell/core';

import { MountTable } from '../mounts/mount-table.ts';
import { MirroredFsBridge } from './mirrored-fs-bridge.ts';
import { Halves, type MirroredMount } from './mirrored-mount.ts';

export interface MirroredFsBridgeOptions {
  readonly mounts: readonly MirroredMount[];
  readonly peer: MirrorPeer;
  /** Whether a command runs in the sandbox, so that its half may be newer: what is asked for is then synced first. */
  readonly isRunOpen: () => boolean;
  /** Parts of mounts that are closed to writes; nor may a directory above one be removed or renamed. */
  readonly closed?: readonly BridgePath[] | undefined;
  /** Groups of the protected-path table that hold; all of them when left out. */
  readonly protectGroups?: readonly ProtectGroup[] | undefined;
  readonly clock: Clock;
}

/** Files as the host has them, each change made on both halves. */
export function createMirroredFsBridge(options: MirroredFsBridgeOptions): FsBridge {
  const { mounts, closed, clock } = options;
  const table = new MountTable({ mounts: mounts.map(({ mount }) => mount), closed, onHost: true });
  return new MirroredFsBridge({ table, halves: new Halves({ ...options, table }), clock });
}
