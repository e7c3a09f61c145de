import type { BridgePath, Clock, FsBridge, Mount } from '@clamshell/core';

import { MountTable } from '../mounts/mount-table.ts';
import { Caller } from './caller.ts';
import { chooseRoad, type RoadSources } from './choose-road.ts';
import { RemoteFsBridge } from './remote-fs-bridge.ts';

export interface RemoteFsBridgeOptions extends RoadSources {
  readonly mounts: readonly Mount[];
  /** Parts of mounts that are closed to writes; nor may a directory above one be removed or renamed. */
  readonly closed?: readonly BridgePath[] | undefined;
  readonly clock: Clock;
}

/** Files as the sandbox has them. */
export function createRemoteFsBridge(options: RemoteFsBridgeOptions): FsBridge {
  const { mounts, closed, shell, clock } = options;
  const table = new MountTable({ mounts, closed, onHost: false });
  const caller = new Caller({ table, clock, road: chooseRoad(options) });
  return new RemoteFsBridge({ table, caller, shell, clock });
}
