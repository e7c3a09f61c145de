import { assertNever, invariant, type RelPath } from '@clamshell/core';

import type { Applied } from '../apply/applied.ts';
import type { Reconciliation } from '../plan/step.ts';
import type { Scan } from '../tree/entry.ts';
import { type BaseEntry, type BaseFile, type BaseTree, isSameEntry, seeStat } from './base.ts';

export interface BaseChange {
  readonly base: BaseTree;
  readonly host: Scan;
  readonly sandbox: Scan;
  readonly settled: Reconciliation['settled'];
  /** Steps that were made and read back. */
  readonly applied: ReadonlyMap<RelPath, Applied>;
}

/** The base after a sync: it never claims more than was seen on both sides. What was left keeps its old entry. */
export function nextBase(change: BaseChange): BaseTree {
  const next = new Map(change.base);
  for (const [path, outcome] of change.settled) {
    if (outcome === 'gone') next.delete(path);
    else next.set(path, agreedEntry(change, path, outcome));
  }
  for (const [path, applied] of change.applied) {
    if (applied.kind === 'gone') next.delete(path);
    else next.set(path, appliedEntry(change, applied));
  }
  return next;
}

function agreedEntry(
  { base, host, sandbox }: BaseChange,
  path: RelPath,
  outcome: 'agreed' | 'kept',
): BaseEntry {
  const [ours, theirs, old] = [host.tree.get(path), sandbox.tree.get(path), base.get(path)];
  if (ours?.kind === 'directory') return ours;
  if (ours?.kind === 'symlink') return { kind: 'symlink', target: ours.target };
  invariant(ours?.kind === 'file' && theirs?.kind === 'file', 'both sides hold what they agree on');
  const known = ours.digest ?? theirs.digest ?? (old?.kind === 'file' ? old.digest : undefined);
  const digest = outcome === 'kept' ? (known ?? NOT_COMPARED) : known;
  invariant(digest !== undefined, 'files agree by digest');
  const { executable } = ours;
  const seen = { host: seeStat(ours.stat, host), sandbox: seeStat(theirs.stat, sandbox) };
  const entry: BaseFile = { kind: 'file', digest, executable, ...seen };
  return isSameEntry(entry, old) ? old : entry;
}

/** Of a file whose name says what it holds. */
const NOT_COMPARED = '0'.repeat(64);

function appliedEntry({ host, sandbox }: BaseChange, applied: Exclude<Applied, { kind: 'gone' }>): BaseEntry {
  switch (applied.kind) {
    case 'directory':
      return { kind: 'directory' };
    case 'symlink':
      return { kind: 'symlink', target: applied.target };
    case 'file': {
      const { digest, executable } = applied;
      const seen = { host: seeStat(applied.host, host), sandbox: seeStat(applied.sandbox, sandbox) };
      return { kind: 'file', digest, executable, ...seen };
    }
    default:
      return assertNever(applied);
  }
}
