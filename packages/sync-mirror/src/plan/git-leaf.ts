import type { RelPath } from '@clamshell/core';

import { isRefFile, type GitPart } from '../git/git-paths.ts';
import { otherSide, type Side } from '../tree/entry.ts';
import { leave, noteWithheld, type Remains, type Walk } from './findings.ts';
import { isAgreed } from './git-units.ts';
import type { Trio } from './leaf.ts';
import { isAllowed, isMovable } from './step.ts';
import { isWithheld } from './withhold.ts';

/** How a path of a git directory is decided; `apart` as any other path. */
export type GitRule = 'apart' | 'leave' | 'object' | Side;

export function ruleAt(walk: Walk, path: RelPath): GitRule {
  const place = walk.git.at(path);
  const unit = place === undefined ? undefined : walk.units.get(place.top);
  if (place === undefined || unit === undefined) return 'apart';
  if (place.part === 'own') return 'leave';
  if (place.part === 'objects') return unit.isRemoved ? 'apart' : 'object';
  return isTogether(place.part, unit.isPacked) ? unit.verdict : 'apart';
}

function isTogether(part: GitPart, isPacked: boolean): boolean {
  return part === 'head' || (isPacked && part === 'ref');
}

interface Leaf {
  readonly path: RelPath;
  readonly trio: Trio;
}

/**
 * An object goes to the side that never had it, and nothing else happens to it: its name says what it holds, two gits may
 * write it in different bytes, and each side packs and prunes for itself.
 */
export function visitObject(walk: Walk, { path, trio }: Leaf): Remains {
  const { base, host, sandbox } = trio;
  if (host !== undefined && sandbox !== undefined) {
    if (host.kind === 'file' && sandbox.kind === 'file') walk.settled.set(path, 'kept');
    return leave(trio);
  }
  const to: Side = host === undefined ? 'host' : 'sandbox';
  return base === undefined ? bring(walk, { path, trio }, to) : leave(trio);
}

function bring(walk: Walk, { path, trio }: Leaf, to: Side): Remains {
  const entry = trio[otherSide(to)];
  if (!isMovable(entry) || !isAllowed(walk.input.direction, to)) return leave(trio);
  if (to === 'host' && isWithheld(walk, path, trio)) {
    noteWithheld(walk, path, trio.sandbox);
    return leave(trio);
  }
  walk.steps.push({ kind: 'put', to, path, entry, over: undefined, isConflict: false });
  return { host: true, sandbox: true };
}

/** Both sides changed the repository: `winner`’s version of each file stays. A ref that only the other made comes beside. */
export function visitContested(walk: Walk, { path, trio }: Leaf, winner: Side): Remains {
  const to = otherSide(winner);
  const [entry, over] = [trio[winner], trio[to]];
  if (isAgreed(trio)) {
    walk.settled.set(path, entry === undefined ? 'gone' : 'agreed');
    return leave(trio);
  }
  if (to === 'host' && isWithheld(walk, path, trio)) {
    noteWithheld(walk, path, trio.sandbox);
    return leave(trio);
  }
  if (isMovable(entry)) {
    const isConflict = over !== undefined;
    walk.steps.push({ kind: 'put', to, path, entry, over: isMovable(over) ? over : undefined, isConflict });
    return { host: true, sandbox: true };
  }
  if (trio.base === undefined && isRefFile(walk.git.at(path)?.rel ?? ''))
    return bring(walk, { path, trio }, winner);
  if (isMovable(over)) walk.steps.push({ kind: 'remove', to, path, over, isConflict: true });
  return { host: false, sandbox: false };
}
