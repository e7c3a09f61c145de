import type { HaltReason } from '@clamshell/core';

import type { Base, BaseTree } from '../base/base.ts';
import { otherSide, type Scan, type Side } from '../tree/entry.ts';
import type { Step } from './step.ts';

/** A base smaller than this may shrink as it likes. */
const TRIVIAL_ENTRIES = 20;

/** A side that holds less than this share of the base’s entries was not tidied up but lost. */
const PLAUSIBLE_SHARE = 0.5;

/** That many of the base’s entries may go all the same: where the rest was edited on the other side, it comes back. */
const HARMLESS_REMOVALS = 0.25;

const HALTS = {
  host: { emptied: 'host-root-emptied', moved: 'host-root-other-device', shrunk: 'host-shrunk' },
  sandbox: {
    emptied: 'sandbox-root-emptied',
    moved: 'sandbox-root-other-device',
    shrunk: 'sandbox-shrunk',
  },
} as const satisfies Record<Side, Record<string, HaltReason>>;

export interface SafetyInput {
  readonly base: BaseTree;
  readonly host: Scan;
  readonly sandbox: Scan;
  readonly steps: readonly Step[];
  /** The roots’ file systems when both sides agreed. */
  readonly devices?: Base['devices'];
}

/**
 * Why a plan must not be carried out: one side lost what the other still holds, and the loss would spread. `undefined`
 * where it may. Without a base that speaks of this sandbox nothing is ever removed, and so nothing halts.
 */
export function judgeSafety(input: SafetyInput): HaltReason | undefined {
  return judgeLoss(input, 'sandbox') ?? judgeLoss(input, 'host');
}

/** The same for one side alone. */
export function judgeLoss(input: SafetyInput, side: Side): HaltReason | undefined {
  const { base, steps, devices } = input;
  const held = input[side].tree.size;
  const removals = steps.filter(({ kind, to }) => kind === 'remove' && to === otherSide(side)).length;
  if (removals === 0) return undefined;
  if (held === 0) return HALTS[side].emptied;
  // Numbers of file systems may change when a machine starts anew: only a loss makes the difference one that counts.
  const [then, now] = [devices?.[side], input[side].device];
  if (then !== undefined && now !== undefined && then !== now) return HALTS[side].moved;
  const isShrunk = base.size >= TRIVIAL_ENTRIES && held < base.size * PLAUSIBLE_SHARE;
  return isShrunk && removals > base.size * HARMLESS_REMOVALS ? HALTS[side].shrunk : undefined;
}
