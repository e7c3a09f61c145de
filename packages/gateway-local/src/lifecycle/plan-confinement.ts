import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import path from 'node:path';

import { type IsolationWish } from '../confine/choose-isolation.ts';
import { hostUserOf } from '../confine/host-user.ts';
import { planLimits } from '../confine/limits.ts';
import type { ConfinementPlan } from '../confine/plan.ts';
import { shareableNode } from '../confine/shareable-node.ts';
import { planFileView } from '../policy/file-view.ts';
import type { SandboxRecord } from '../state/sandbox-record.ts';
import type { SandboxPlace, Scope } from '../state/scope.ts';
import type { GatewayHost } from './gateway-host.ts';

const MIB = 1024 * 1024;

/** `/tmp` is the host's memory: a quarter of it, within bounds. */
const MIN_TMP_BYTES = 256 * MIB;
const MAX_TMP_BYTES = 4096 * MIB;
const SHM_BYTES = 256 * MIB;

export function planConfinement(
  host: GatewayHost,
  scope: Scope,
  { place, id, policy }: { readonly place: SandboxPlace } & Pick<SandboxRecord, 'id' | 'policy'>,
): ConfinementPlan {
  const hostUser = hostUserFor(host, id);
  const cache = path.join(scope.stateRoot, '.node');
  return {
    place,
    hostUser,
    node: hostUser === undefined ? host.execPath : shareableNode(host.execPath, cache),
    view: planFileView(policy ?? {}),
    tmpBytes: Math.max(MIN_TMP_BYTES, Math.min(MAX_TMP_BYTES, Math.trunc(totalmem() / 4))),
    shmBytes: SHM_BYTES,
    limits: planLimits(readFileSync('/proc/self/limits', 'latin1')),
  };
}

/** The host's uid that a sandbox has instead of root's; `undefined` where it has the caller's own. */
function hostUserFor(host: GatewayHost, id: string): number | undefined {
  return host.isRoot ? hostUserOf(id) : undefined;
}

export function isolationWish(host: GatewayHost, allowNone: boolean): IsolationWish {
  return {
    only: host.env['OPENSHELL_LOCAL_ISOLATION'],
    allowNone: allowNone || host.env['OPENSHELL_LOCAL_INSECURE_NO_ISOLATION'] === '1',
    isRoot: host.isRoot,
  };
}
