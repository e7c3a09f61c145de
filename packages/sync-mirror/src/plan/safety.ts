import type { HaltReason, SyncDirection } from '@clamshell/core';

import type { BaseTree } from '../base/base.ts';
import { isAllowed } from './step.ts';
import type { Scan, Side } from '../tree/entry.ts';

/** A base smaller than this may shrink as it likes. */
const TRIVIAL_ENTRIES = 20;

/** A side that holds fewer than this share of the base's entries was not tidied up but lost. */
const PLAUSIBLE_SHARE = 0.5;

const HALTS = {
  host: { emptied: 'host-root-emptied', shrunk: 'host-shrunk' },
  sandbox: { emptied: 'sandbox-root-emptied', shrunk: 'sandbox-shrunk' },
} as const satisfies Record<Side, Record<string, HaltReason>>;

export interface SafetyInput {
  readonly base: BaseTree;
  readonly host: Scan;
  readonly sandbox: Scan;
  readonly direction: SyncDirection;
}

/**
 * Why a plan over these trees must not be carried out: one side lost what the other still holds, and the loss would
 * spread. `undefined` where it may. A base that is empty, or of another sandbox, removes nothing and so never halts.
 */
export function judgeSafety(input: SafetyInput): HaltReason | undefined {
  return haltOf(input, 'sandbox') ?? haltOf(input, 'host');
}

function haltOf({ base, host, sandbox, direction }: SafetyInput, side: Side): HaltReason | undefined {
  const [own, other] = side === 'host' ? [host, sandbox] : [sandbox, host];
  const to = side === 'host' ? 'sandbox' : 'host';
  if (!isAllowed(direction, to) || other.tree.size <= own.tree.size) return undefined;
  if (base.size > 0 && own.tree.size === 0) return HALTS[side].emptied;
  const isShrunk = base.size >= TRIVIAL_ENTRIES && own.tree.size < base.size * PLAUSIBLE_SHARE;
  return isShrunk ? HALTS[side].shrunk : undefined;
}
