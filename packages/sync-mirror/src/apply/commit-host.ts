import { setImmediate as nextTurn } from 'node:timers/promises';

import {
  assertNever,
  invariant,
  isClamshellError,
  parentOf,
  type Problem,
  type RelPath,
} from '@clamshell/core';
import type { HostStat, HostTree } from '@clamshell/host';

import { ENTRIES_PER_TURN } from '../limits.ts';
import type { Put, Step } from '../plan/step.ts';
import type { FileEntry } from '../tree/entry.ts';
import { isSameVersion } from '../tree/read-stable.ts';
import type { Applied, ApplyResult } from './applied.ts';
import { isLateRemoval, RefusedUnits } from './git-order.ts';
import { CHANGED_MEANWHILE, putBack, removeEmpty, setAside } from './set-aside.ts';
import { type HostRoom, type StagedFile, undoPath } from './staging.ts';

export interface HostCommit {
  readonly host: HostTree;
  readonly room: HostRoom;
  /** All to the host, in byte order; files have their content in `staged`. */
  readonly steps: readonly Step[];
  readonly staged: ReadonlyMap<RelPath, StagedFile>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Puts the sandbox’s changes in place, one path after the other, each old or new at every moment but one: between its
 * rename aside and the link that replaces it, which the journal covers. Never throws for a path; an abort ends it
 * between two paths. What was made durable is in the result.
 */
export async function commitToHost(commit: HostCommit): Promise<ApplyResult> {
  const applied = new Map<RelPath, Applied>();
  const problems: Problem[] = [];
  const looked = new Set<RelPath>();
  const refused = new RefusedUnits(commit.host, commit.steps);
  let count = 0;
  for (const { step, run } of orderSteps(commit)) {
    const { path } = step;
    if (commit.signal?.aborted === true) break;
    const outcome =
      refused.reasonAgainst(step) ??
      attempt(() => {
        lookAnew(commit.host, parentOf(path), looked);
        return run();
      });
    refused.note(step, typeof outcome !== 'string');
    if (typeof outcome === 'string') problems.push({ path, reason: outcome });
    else if (outcome !== undefined) applied.set(path, outcome);
    count += 1;
    if (count % ENTRIES_PER_TURN === 0) await nextTurn();
  }
  const replaced = [...applied.keys()].map((path) => undoPath(commit.room, path));
  syncParents(commit.host, [...applied.keys(), ...replaced]);
  return { applied, problems };
}

/** A directory that was moved since the scan is not to be worked in where it went. */
function lookAnew(host: HostTree, directory: RelPath | undefined, looked: Set<RelPath>): void {
  if (directory === undefined || looked.has(directory)) return;
  lookAnew(host, parentOf(directory), looked);
  host.list(directory);
  looked.add(directory);
}

interface Action {
  readonly step: Step;
  /** What then stands there, why it could not be done, or nothing where another action of the path has yet to come. */
  readonly run: () => Applied | string | undefined;
}

/** First what goes, deepest first; then what comes, parents first; then the refs of git that go. */
function orderSteps(commit: HostCommit): readonly Action[] {
  const { steps } = commit;
  const isLate = (step: Step): boolean => isLateRemoval(step, steps);
  const goes = steps.filter((step) => step.kind === 'remove' || step.over?.kind === 'directory').toReversed();
  const remove = (step: Step): Action => ({ step, run: () => clear(commit, step) });
  const comes = steps.filter((step) => step.kind === 'put');
  return [
    ...goes.filter((step) => !isLate(step)).map(remove),
    ...comes.map((step) => ({ step, run: () => place(commit, step) })),
    ...goes.filter(isLate).map(remove),
  ];
}

function attempt<Outcome>(run: () => Outcome): Outcome | string {
  try {
    return run();
  } catch (error) {
    if (isClamshellError(error)) return error.message;
    throw error;
  }
}

function clear({ host, room }: HostCommit, { kind, path, over }: Step): Applied | string | undefined {
  if (over === undefined) return undefined;
  const isFree =
    over.kind === 'directory'
      ? removeEmpty(host, path)
      : setAside(host, path, { over, to: undoPath(room, path) });
  // A put that finds its path taken says so itself.
  if (kind === 'put') return undefined;
  return isFree ? { kind: 'gone' } : CHANGED_MEANWHILE;
}

function place(commit: HostCommit, step: Put): Applied | string {
  const { host, room } = commit;
  const { path, entry, over } = step;
  const old = host.lstat(path);
  if (over === undefined || over.kind === 'directory') {
    const isTaken = old !== undefined && !(entry.kind === 'directory' && old.kind === 'directory');
    return isTaken ? CHANGED_MEANWHILE : fill(commit, step, old);
  }
  const to = undoPath(room, path);
  if (!setAside(host, path, { over, to })) return CHANGED_MEANWHILE;
  const outcome = attempt(() => fill(commit, step, old));
  if (typeof outcome === 'string') putBack(host, host.lstat(to), { from: path, to });
  return outcome;
}

/** At a path that is free. */
function fill(
  { host, staged }: HostCommit,
  { path, entry }: Put,
  old: HostStat | undefined,
): Applied | string {
  switch (entry.kind) {
    case 'directory':
      if (old?.kind !== 'directory') makeDirectory(host, path);
      return entry;
    case 'symlink':
      host.makeSymlink(path, entry.target);
      return { kind: 'symlink', target: entry.target };
    case 'file': {
      const file = staged.get(path);
      invariant(file !== undefined, 'every file of a commit was staged');
      return placeFile(host, { path, entry, file, old });
    }
    default:
      return assertNever(entry);
  }
}

/** Whatever the umask. */
function makeDirectory(host: HostTree, path: RelPath): void {
  host.makeDirectory(path, 0o755);
  host.setMode(path, 0o755);
}

interface FilePlace {
  readonly path: RelPath;
  readonly entry: FileEntry;
  readonly file: StagedFile;
  readonly old: HostStat | undefined;
}

function placeFile(host: HostTree, { path, entry, file, old }: FilePlace): Applied | string {
  host.setMode(file.path, modeFor(entry.executable, old));
  host.setTimes(file.path, entry.stat.mtimeNs);
  const ready = host.lstat(file.path);
  if (ready === undefined || !host.link(file.path, path)) return CHANGED_MEANWHILE;
  host.unlink(file.path);
  const now = host.lstat(path);
  if (now?.kind !== 'file' || !isSameVersion(now, ready)) return CHANGED_MEANWHILE;
  return { kind: 'file', digest: file.digest, executable: entry.executable, host: now, sandbox: entry.stat };
}

/** Only the execute bits follow the sandbox; a file that was private here stays so. */
function modeFor(isExecutable: boolean, old: HostStat | undefined): number {
  const mode = old?.kind === 'file' ? old.mode & 0o777 : 0o644;
  return isExecutable ? mode | ((mode & 0o444) >> 2) | 0o100 : mode & ~0o111;
}

function syncParents(host: HostTree, paths: Iterable<RelPath>): void {
  const parents = new Set([...paths].map(parentOf));
  for (const parent of parents) {
    try {
      host.syncDirectory(parent);
    } catch (error) {
      // Gone by now, with all that was in it.
      if (!isClamshellError(error)) throw error;
    }
  }
}
