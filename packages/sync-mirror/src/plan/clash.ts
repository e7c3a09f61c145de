import type { RelPath } from '@clamshell/core';

import { walkBelow } from '../tree/children.ts';
import { otherSide, type Side } from '../tree/entry.ts';
import { compareToBase } from './change.ts';
import {
  CHANGED_ON_BOTH,
  leave,
  noteProblem,
  noteWithheld,
  type Remains,
  trioAt,
  type Walk,
} from './findings.ts';
import type { Trio } from './leaf.ts';
import { isAllowed, isMovable } from './step.ts';
import { isWithheld } from './withhold.ts';

interface Clash {
  readonly path: RelPath;
  readonly trio: Trio;
  /** The side with the directory; the other holds a file or a link. */
  readonly holder: Side;
}

/** A directory on one side, a file or link on the other: one of the two stands on both sides afterwards, whole. */
export function visitClash(walk: Walk, path: RelPath, trio: Trio): Remains {
  const clash = { path, trio, holder: trio.host?.kind === 'directory' ? 'host' : 'sandbox' } as const;
  const changed = judgeClash(walk, clash);
  if (changed === 'wait') return leave(trio);
  if (changed.sandbox && isWithheld(walk, path, trio)) {
    noteWithheld(walk, path, trio.sandbox);
    if (!changed.host) return leave(trio);
    return settleClash(walk, clash, { winner: 'host', isConflict: true });
  }
  const isConflict = changed.host && changed.sandbox;
  const winner = isConflict ? walk.input.winner : changed.host ? 'host' : 'sandbox';
  return settleClash(walk, clash, { winner, isConflict });
}

/** Which sides changed since the base; at least one did, since both were of one kind then. */
function judgeClash(walk: Walk, { path, trio, holder }: Clash): Readonly<Record<Side, boolean>> | 'wait' {
  const leafSide = otherSide(holder);
  const leafChange = compareToBase(trio.base, trio[leafSide], leafSide);
  if (leafChange === 'unsure') walk.wanted[leafSide].add(path);
  const isHolderChanged = trio.base?.kind !== 'directory' || isChangedBelow(walk, path, holder);
  if (leafChange === 'unsure' || isHolderChanged === 'wait') return 'wait';
  const isLeafChanged = leafChange !== 'same' && leafChange !== 'touched';
  return holder === 'host'
    ? { host: isHolderChanged, sandbox: isLeafChanged }
    : { host: isLeafChanged, sandbox: isHolderChanged };
}

/** Neither removals below count, since nothing is lost when the rest goes too, nor what is special, which never goes. */
function isChangedBelow(walk: Walk, top: RelPath, side: Side): boolean | 'wait' {
  let isWaiting = false;
  for (const path of walkBelow(walk.children, top)) {
    const trio = trioAt(walk, path);
    const change = isMovable(trio[side]) ? compareToBase(trio.base, trio[side], side) : 'same';
    if (change === 'edited' || change === 'restated') return true;
    if (change !== 'unsure') continue;
    isWaiting = true;
    walk.wanted[side].add(path);
  }
  return isWaiting ? 'wait' : false;
}

/** Where both changed a git directory: `winner`’s side of it stays, whole. */
export function settleContested(
  walk: Walk,
  { path, trio }: Pick<Clash, 'path' | 'trio'>,
  winner: Side,
): Remains {
  const holder = trio.host?.kind === 'directory' ? 'host' : 'sandbox';
  return settleClash(walk, { path, trio, holder }, { winner, isConflict: true });
}

interface Decision {
  readonly winner: Side;
  readonly isConflict: boolean;
}

function settleClash(walk: Walk, clash: Clash, { winner, isConflict }: Decision): Remains {
  const { path, trio, holder } = clash;
  const { direction } = walk.input;
  const to = otherSide(winner);
  if ((isConflict && direction !== 'both') || !isAllowed(direction, to)) {
    if (isConflict) noteProblem(walk, path, CHANGED_ON_BOTH);
    return leave(trio);
  }
  const isPossible = winner === holder || clearDirectory(walk, clash, isConflict);
  const [entry, over] = [trio[winner], trio[to]];
  if (!isPossible || !isMovable(entry) || !isMovable(over)) return leave(trio);
  if (isConflict && walk.git.at(path) === undefined) walk.conflicts.push({ path, kept: winner });
  walk.steps.push({ kind: 'put', to, path, entry, over, isConflict });
  if (winner === holder) fillDirectory(walk, clash);
  return { host: true, sandbox: true };
}

/** Plans the removal of all below the losing directory; false, planning nothing, where something there has to stay. */
function clearDirectory(walk: Walk, { path: top, trio, holder }: Clash, isConflict: boolean): boolean {
  const below = [...walkBelow(walk.children, top)];
  if (below.some((path) => trioAt(walk, path)[holder]?.kind === 'special')) {
    noteProblem(walk, top, `the ${holder}’s directory holds something that is never moved`);
    return false;
  }
  if (
    holder === 'host' &&
    below.some((path) => isWithheld(walk, path, { base: walk.input.base.get(path), sandbox: undefined }))
  ) {
    noteWithheld(walk, top, trio.sandbox);
    return false;
  }
  for (const path of below) {
    const over = trioAt(walk, path)[holder];
    if (isMovable(over)) walk.steps.push({ kind: 'remove', to: holder, path, over, isConflict });
    else walk.settled.set(path, 'gone');
  }
  return true;
}

function fillDirectory(walk: Walk, { path: top, holder }: Clash): void {
  const to = otherSide(holder);
  for (const path of walkBelow(walk.children, top)) {
    const { base, [holder]: entry } = trioAt(walk, path);
    if (!isMovable(entry) || walk.git.at(path)?.part === 'own') continue;
    if (to === 'host' && isWithheld(walk, path, { base, sandbox: entry })) {
      noteWithheld(walk, path, entry);
      // The host gave it up with the directory: what the sandbox holds is its own now, not something removed here.
      walk.settled.set(path, 'gone');
    } else {
      walk.steps.push({ kind: 'put', to, path, entry, over: undefined, isConflict: false });
    }
  }
}
