import type { SyncOptions, SyncPlan } from '../ports/workspace-mirror.ts';
import type { SessionSync } from './session-api.ts';
import type { SessionMount, SyncDone } from './session-deps.ts';
import type { SyncOrder } from './state.ts';

/** All mounts as one: sums, and lists one after the other. */
export function mergeSyncs(mounts: SessionSync['mounts']): SessionSync {
  const outcomes = mounts.map(({ outcome }) => outcome);
  return {
    status: 'done',
    pushed: sum(outcomes.map(({ pushed }) => pushed)),
    pulled: sum(outcomes.map(({ pulled }) => pulled)),
    problems: outcomes.flatMap(({ problems }) => problems),
    conflicts: outcomes.flatMap(({ conflicts }) => conflicts),
    withheld: outcomes.flatMap(({ withheld }) => withheld),
    phases: outcomes.flatMap(({ phases }) => phases),
    mounts,
  };
}

export function pairUp(
  mounts: readonly SessionMount[],
  synced: ReadonlyMap<number, SyncDone>,
): SessionSync['mounts'] {
  return mounts.flatMap(({ mount }, index) => {
    const outcome = synced.get(index);
    return outcome === undefined ? [] : [{ mount, outcome }];
  });
}

export function mergePlans(plans: readonly SyncPlan[]): SyncPlan {
  const halted = plans.find((plan) => plan.status === 'halted');
  if (halted !== undefined) return halted;
  const planned = plans.filter((plan) => plan.status === 'planned');
  return {
    status: 'planned',
    actions: planned.flatMap(({ actions }) => actions),
    conflicts: planned.flatMap(({ conflicts }) => conflicts),
    withheld: planned.flatMap(({ withheld }) => withheld),
  };
}

export function orderOf({ direction = 'both', paths, believe }: SyncOptions): SyncOrder {
  return { direction, isPartial: paths !== undefined, believe };
}

function sum(movements: readonly SyncDone['pushed'][]): SyncDone['pushed'] {
  return movements.reduce(
    (all, { files, removed, bytes }) => ({
      files: all.files + files,
      removed: all.removed + removed,
      bytes: all.bytes + bytes,
    }),
    { files: 0, removed: 0, bytes: 0 },
  );
}
