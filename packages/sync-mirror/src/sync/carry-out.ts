import type { Problem, RelPath } from '@clamshell/core';

import type { Applied, ApplyResult } from '../apply/applied.ts';
import { commitToHost } from '../apply/commit-host.ts';
import { fetchFiles } from '../apply/fetch.ts';
import { readySteps } from '../apply/git-order.ts';
import { removeJournal, writeJournal } from '../apply/journal.ts';
import { keepLoser } from '../apply/keep-loser.ts';
import { pushSteps } from '../apply/push.ts';
import { HostRoom, type StagedFile, undoPath } from '../apply/staging.ts';
import type { Step } from '../plan/step.ts';
import type { FileEntry } from '../tree/entry.ts';
import { type MountSync, remoteOf } from './mount.ts';
import type { Observed } from './observe.ts';

/** What was made so far; filled as it goes, so that a failure later does not forget it. */
export class Ledger {
  readonly applied = new Map<RelPath, Applied>();
  readonly problems: Problem[] = [];

  add({ applied, problems }: ApplyResult): void {
    for (const [path, outcome] of applied) this.applied.set(path, outcome);
    this.problems.push(...problems);
  }
}

export interface CarryOut {
  readonly run: string;
  /** To be written into the sandbox, where it has none. */
  readonly nonce: string | undefined;
  readonly ledger: Ledger;
}

/** First what comes from the sandbox, also what is about to be replaced there after a conflict; then what goes to it. */
export async function carryOut(sync: MountSync, { plan, tools }: Observed, work: CarryOut): Promise<void> {
  const { signal, host, phases } = sync;
  const { run, nonce, ledger } = work;
  const toHost = plan.steps.filter(({ to }) => to === 'host');
  const toSandbox = plan.steps.filter(({ to }) => to === 'sandbox');
  const losers = toSandbox.filter(({ isConflict }) => isConflict);
  const kept =
    toHost.length + losers.length === 0
      ? new Set<RelPath>()
      : await phases.measure('pull', async (tally) => {
          const count = (entry: FileEntry): void => tally(1, entry.stat.size);
          return pull(sync, { toHost, losers, tar: tools.tar, run, count }, ledger);
        });
  signal?.throwIfAborted();
  const ready = readySteps(toSandbox, ({ isConflict, path }) => !isConflict || kept.has(path));
  ledger.problems.push(...ready.problems);
  const { steps } = ready;
  if (steps.length === 0 && nonce === undefined) return;
  await phases.measure('push', async (tally) => {
    const onFile = (entry: FileEntry): void => tally(1, entry.stat.size);
    ledger.add(await pushSteps(remoteOf(sync, signal), { host, run, steps, nonce, onFile }));
  });
}

interface Pull {
  readonly toHost: readonly Step[];
  readonly losers: readonly Step[];
  readonly tar: 'gnu' | 'posix';
  readonly run: string;
  readonly count: (entry: FileEntry) => void;
}

/** Gives the paths whose losing version is in the undo store now, and may be replaced in the sandbox. */
async function pull(
  sync: MountSync,
  { toHost, losers, tar, run, count }: Pull,
  ledger: Ledger,
): Promise<Set<RelPath>> {
  const { host, signal } = sync;
  await using room = HostRoom.open(host, run);
  const files = new Map([...toHost.flatMap(fileToFetch), ...losers.flatMap(fileToKeep)]);
  const { staged, problems } = await fetchFiles(remoteOf(sync, signal), room, { files, tar, onFile: count });
  ledger.problems.push(...problems);
  const isThere = ({ path }: Step): boolean => !files.has(path) || staged.has(path);
  const ready = readySteps(toHost, isThere);
  ledger.problems.push(...ready.problems);
  await commit(sync, { room, run, staged, steps: ready.steps }, ledger);
  const kept = new Set<RelPath>();
  for (const step of losers.filter(isThere)) {
    if (step.over !== undefined)
      keepLoser({ host, room }, step.path, { entry: step.over, file: staged.get(step.path) });
    kept.add(step.path);
  }
  return kept;
}

function fileToFetch(step: Step): [RelPath, FileEntry][] {
  return step.kind === 'put' && step.entry.kind === 'file' ? [[step.path, step.entry]] : [];
}

function fileToKeep({ path, over }: Step): [RelPath, FileEntry][] {
  return over?.kind === 'file' ? [[path, over]] : [];
}

interface Commit {
  readonly room: HostRoom;
  readonly run: string;
  readonly staged: ReadonlyMap<RelPath, StagedFile>;
  readonly steps: readonly Step[];
}

/** The journal stands while paths may be neither old nor new. */
async function commit(sync: MountSync, { room, run, staged, steps }: Commit, ledger: Ledger): Promise<void> {
  const { host, signal, state } = sync;
  signal?.throwIfAborted();
  const moves = steps
    .filter(({ over }) => over !== undefined && over.kind !== 'directory')
    .map(({ path }) => [path, undoPath(room, path)] as const);
  if (moves.length > 0) await writeJournal(state.journal, { run, moves });
  ledger.add(await commitToHost({ host, room, steps, staged, signal }));
  if (moves.length > 0) await removeJournal(state.journal);
}
