import type { RelPath } from '@clamshell/core';

import { type Base, type BaseTree, isSameEntry } from '../base/base.ts';
import { writeBase } from '../base/base-file.ts';
import { nextBase } from '../base/next-base.ts';
import type { Ledger } from './carry-out.ts';
import type { MountSync } from './mount.ts';
import type { Observed } from './observe.ts';

export interface MadeSync {
  readonly run: string;
  readonly nonce: string;
  readonly ledger: Ledger;
  /** True when the outcome reaches the caller, and with it the report of what was withheld. */
  readonly isWhole: boolean;
}

/** Makes the new base durable, and gives it; where it says what the old one says, that, and writes nothing. */
export async function saveBase(sync: MountSync, observed: Observed, made: MadeSync): Promise<Base> {
  const { base, baseTree, plan } = observed;
  const { host, sandbox } = observed.looked;
  const tree = nextBase({
    base: baseTree,
    host,
    sandbox,
    settled: plan.settled,
    applied: made.ledger.applied,
  });
  const next: Base = {
    sandboxId: sync.peer.id,
    nonce: made.nonce,
    run: made.run,
    tree,
    withheld: made.isWhole ? plan.withheld : (base?.withheld ?? new Map()),
    devices: { host: host.device, sandbox: sandbox.device },
  };
  if (base !== undefined && isSameBase(base, next)) return base;
  await writeBase(sync.state.base, next);
  await sync.memory.keepBase(sync.state.base, next);
  return next;
}

function isSameBase(a: Base, b: Base): boolean {
  const isSameDevice = (['host', 'sandbox'] as const).every(
    (side) => a.devices?.[side] === b.devices?.[side],
  );
  return isSameDevice && isSameTree(a.tree, b.tree) && isSameMap(a.withheld, b.withheld);
}

function isSameMap(a: ReadonlyMap<RelPath, string>, b: ReadonlyMap<RelPath, string>): boolean {
  return a.size === b.size && [...a].every(([path, print]) => b.get(path) === print);
}

function isSameTree(a: BaseTree, b: BaseTree): boolean {
  if (a.size !== b.size) return false;
  for (const [path, entry] of a) if (!isSameEntry(entry, b.get(path))) return false;
  return true;
}
