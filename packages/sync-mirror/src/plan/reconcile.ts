import { assertNever, type RelPath } from '@clamshell/core';

import { otherSide, type Side } from '../tree/entry.ts';
import { beginWalk } from './begin-walk.ts';
import { settleContested, visitClash } from './clash.ts';
import {
  CHANGED_ON_BOTH,
  leave,
  noteProblem,
  noteWithheld,
  type Remains,
  trioAt,
  type Walk,
} from './findings.ts';
import { type GitRule, ruleAt, visitContested, visitObject } from './git-leaf.ts';
import { judgeLeaf, type Trio, type Verdict } from './leaf.ts';
import { isAllowed, isMovable, type ReconcileInput, type Reconciliation, type Step } from './step.ts';
import { isSelected } from './selection.ts';
import { isWithheld } from './withhold.ts';

/** The three-way merge of two trees over their base. Pure: what is to be done, in full, and nothing done. */
export function reconcile(input: ReconcileInput): Reconciliation {
  const walk = beginWalk(input);
  visitChildren(walk, undefined);
  const { settled, problems, conflicts, withheld, wanted } = walk;
  const steps = walk.steps.map((step) => withRole(walk, step)).sort(compareSteps);
  return {
    steps,
    settled,
    problems,
    conflicts,
    withheld,
    wanted: { host: [...wanted.host], sandbox: [...wanted.sandbox] },
  };
}

function withRole({ git }: Walk, step: Step): Step {
  const place = git.at(step.path);
  if (place === undefined || (place.part === 'denied' && step.to === 'host')) return step;
  const part = place.part === 'objects' ? 'objects' : 'refs';
  return { ...step, git: { unit: place.top ?? '', part } };
}

function compareSteps(a: Step, b: Step): number {
  const isLater = Number(a.git?.part === 'refs') - Number(b.git?.part === 'refs');
  return isLater !== 0 ? isLater : a.path < b.path ? -1 : 1;
}

function visitChildren(walk: Walk, parent: RelPath | undefined): Remains {
  const remains = { host: false, sandbox: false };
  for (const child of walk.children.get(parent) ?? []) {
    const { host, sandbox } = visit(walk, child);
    remains.host ||= host;
    remains.sandbox ||= sandbox;
  }
  return remains;
}

function visit(walk: Walk, path: RelPath): Remains {
  const trio = trioAt(walk, path);
  const rule = ruleAt(walk, path);
  if (!isSelected(walk, path, trio) || mustLeave(walk, path, trio)) return leave(trio);
  const directories = [trio.host, trio.sandbox].filter((entry) => entry?.kind === 'directory').length;
  const entries = [trio.host, trio.sandbox].filter(isMovable).length;
  if (directories === 1 && entries === 2)
    return rule === 'apart' ? visitClash(walk, path, trio) : visitGitClash(walk, { path, trio, rule });
  const below = visitChildren(walk, path);
  if (directories > 0) return visitDirectory(walk, { path, trio, below });
  if (entries > 0)
    return rule === 'apart' ? visitLeaf(walk, path, trio) : visitGitLeaf(walk, { path, trio, rule });
  walk.settled.set(path, 'gone');
  return below;
}

interface GitVisit {
  readonly path: RelPath;
  readonly trio: Trio;
  readonly rule: Exclude<GitRule, 'apart'>;
}

function visitGitClash(walk: Walk, { path, trio, rule }: GitVisit): Remains {
  return rule === 'host' || rule === 'sandbox' ? settleContested(walk, { path, trio }, rule) : leave(trio);
}

function visitGitLeaf(walk: Walk, { path, trio, rule }: GitVisit): Remains {
  if (rule === 'leave') return leave(trio);
  return rule === 'object' ? visitObject(walk, { path, trio }) : visitContested(walk, { path, trio }, rule);
}

/** Special entries stay; so does what a torn scan may only have missed. */
function mustLeave(walk: Walk, path: RelPath, trio: Trio): boolean {
  for (const side of ['host', 'sandbox'] as const) {
    const entry = trio[side];
    if (entry?.kind === 'special') {
      const isWanted = isMovable(trio[otherSide(side)]);
      const reason =
        entry.problem ??
        (isWanted && entry.isIgnored !== true
          ? `the ${side} holds something there that is never moved`
          : undefined);
      if (reason !== undefined) noteProblem(walk, path, reason);
      return true;
    }
    if (entry === undefined && trio.base !== undefined && walk.input[side].isTorn) return true;
  }
  return false;
}

interface DirectoryVisit {
  readonly path: RelPath;
  readonly trio: Trio;
  readonly below: Remains;
}

function visitDirectory(walk: Walk, { path, trio, below }: DirectoryVisit): Remains {
  if (trio.host !== undefined && trio.sandbox !== undefined) {
    walk.settled.set(path, 'agreed');
    return { host: true, sandbox: true };
  }
  const holder: Side = trio.host === undefined ? 'sandbox' : 'host';
  const bare = otherSide(holder);
  const isMissed = trio.base?.kind === 'directory';
  // What was removed there goes here too, unless something is still to stand in it on either side.
  const isRemoval = isMissed && !below.host && !below.sandbox;
  if (isMissed && !isRemoval && !below[bare]) return leave(trio);
  const to = isRemoval ? holder : bare;
  if (to === 'host' && isWithheld(walk, path, trio)) {
    noteWithheld(walk, path, trio.sandbox);
    return leave(trio);
  }
  if (!isAllowed(walk.input.direction, to)) return leave(trio);
  const directory = { kind: 'directory' } as const;
  if (isRemoval) walk.steps.push({ kind: 'remove', to, path, over: directory, isConflict: false });
  else walk.steps.push({ kind: 'put', to, path, entry: directory, over: undefined, isConflict: false });
  return { host: !isRemoval, sandbox: !isRemoval };
}

function visitLeaf(walk: Walk, path: RelPath, trio: Trio): Remains {
  const verdict = judgeHere(walk, path, trio);
  switch (verdict.kind) {
    case 'agreed':
    case 'gone':
      walk.settled.set(path, verdict.kind);
      return leave(trio);
    case 'wait':
      for (const side of verdict.for) walk.wanted[side].add(path);
      return leave(trio);
    case 'withheld':
      noteWithheld(walk, path, trio.sandbox);
      return leave(trio);
    case 'act':
      return actOnLeaf(walk, { path, trio, verdict });
    default:
      return assertNever(verdict);
  }
}

/** What is withheld never wins a conflict, and never moves. */
function judgeHere(walk: Walk, path: RelPath, trio: Trio): Verdict | { readonly kind: 'withheld' } {
  const verdict = judgeLeaf(trio, walk.input.winner);
  const couldReachHost = verdict.kind === 'act' && verdict.to === 'host';
  if (!couldReachHost || !isWithheld(walk, path, trio)) return verdict;
  const again = judgeLeaf(trio, 'host');
  return again.kind === 'act' && again.to === 'host' ? { kind: 'withheld' } : again;
}

interface LeafAct {
  readonly path: RelPath;
  readonly trio: Trio;
  readonly verdict: Extract<Verdict, { kind: 'act' }>;
}

function actOnLeaf(walk: Walk, { path, trio, verdict: { act, to, contest } }: LeafAct): Remains {
  const { direction } = walk.input;
  const isOneWayConflict = contest === 'conflict' && direction !== 'both';
  if (isOneWayConflict || !isAllowed(direction, to)) {
    if (contest !== 'none') noteProblem(walk, path, CHANGED_ON_BOTH);
    return leave(trio);
  }
  const [entry, over] = [trio[otherSide(to)], trio[to]];
  const isConflict = contest === 'conflict';
  if (isConflict) walk.conflicts.push({ path, kept: otherSide(to) });
  if (act === 'put' && isMovable(entry)) {
    walk.steps.push({ kind: 'put', to, path, entry, over: isMovable(over) ? over : undefined, isConflict });
    return { host: true, sandbox: true };
  }
  if (isMovable(over)) walk.steps.push({ kind: 'remove', to, path, over, isConflict });
  return { host: false, sandbox: false };
}
