import type { Conflict, Problem, RelPath } from '@clamshell/core';

import type { Applied, ApplyResult } from '../apply/applied.ts';
import { fetchFiles } from '../apply/fetch.ts';
import { readySteps } from '../apply/git-order.ts';
import { keepLoser } from '../apply/keep-loser.ts';
import { pushSteps } from '../apply/push.ts';
import { HostRoom } from '../apply/staging.ts';
import type { Step } from '../plan/step.ts';
import type { FileEntry } from '../tree/entry.ts';
import { recordSteps } from '../undo/record-steps.ts';
import type { RunRecord } from '../undo/run-record.ts';
import { allOver } from './all-over.ts';
import { commitRun } from './commit-run.ts';
import { isApart } from './is-apart.ts';
import { type MountSync, remoteOf } from './mount.ts';
import type { Observed } from './observe.ts';

/** What was made so far; filled as it goes, so that a failure later does not forget it. */
export class Ledger {
  readonly applied = new Map<RelPath, Applied>();
  readonly problems: Problem[] = [];
  /** What the host’s undo store keeps of it; `undefined` where that is nothing. */
  record: RunRecord | undefined;

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

/**
 * First what comes from the sandbox, also what is about to be replaced there after a conflict; then what goes to it. Where
 * neither has to do with the other, both at once.
 */
export async function carryOut(sync: MountSync, observed: Observed, work: CarryOut): Promise<void> {
  const { steps } = observed.plan;
  const toHost = steps.filter(({ to }) => to === 'host');
  const toSandbox = steps.filter(({ to }) => to === 'sandbox');
  if (isApart(toHost, toSandbox)) {
    await allOver([pullHome(sync, observed, work), pushThere(sync, work, toSandbox)]);
    return;
  }
  const kept = await pullHome(sync, observed, work);
  const ready = readySteps(toSandbox, ({ isConflict, path }) => !isConflict || kept.has(path));
  work.ledger.problems.push(...ready.problems);
  await pushThere(sync, work, ready.steps);
}

/** Gives the paths whose losing version is kept on the host now. */
async function pullHome(
  sync: MountSync,
  { plan, tools }: Observed,
  { run, ledger }: CarryOut,
): Promise<ReadonlySet<RelPath>> {
  const toHost = plan.steps.filter(({ to }) => to === 'host');
  const losers = plan.steps.filter(({ to, isConflict }) => to === 'sandbox' && isConflict);
  if (toHost.length + losers.length === 0) return new Set();
  return sync.phases.measure('pull', async (tally) => {
    const count = (entry: FileEntry): void => tally(1, entry.stat.size);
    const { conflicts } = plan;
    return pull(sync, { toHost, losers, conflicts, tar: tools.tar, run, count }, ledger);
  });
}

async function pushThere(
  sync: MountSync,
  { run, nonce, ledger }: CarryOut,
  steps: readonly Step[],
): Promise<void> {
  const { signal, host, phases } = sync;
  signal?.throwIfAborted();
  if (steps.length === 0 && nonce === undefined) return;
  await phases.measure('push', async (tally) => {
    const onFile = (entry: FileEntry): void => tally(1, entry.stat.size);
    ledger.add(await pushSteps(remoteOf(sync, signal), { host, run, steps, nonce, onFile }));
  });
}

interface Pull {
  readonly toHost: readonly Step[];
  readonly losers: readonly Step[];
  readonly conflicts: readonly Conflict[];
  readonly tar: 'gnu' | 'posix';
  readonly run: string;
  readonly count: (entry: FileEntry) => void;
}

/** Gives the paths whose losing version is in the undo store now, and may be replaced in the sandbox. */
async function pull(
  sync: MountSync,
  { toHost, losers, conflicts, tar, run, count }: Pull,
  ledger: Ledger,
): Promise<Set<RelPath>> {
  const { host, signal } = sync;
  signal?.throwIfAborted();
  await using room = HostRoom.open(host, run);
  const files = new Map([...toHost.flatMap(fileToFetch), ...losers.flatMap(fileToKeep)]);
  const { staged, problems } = await fetchFiles(remoteOf(sync, signal), room, { files, tar, onFile: count });
  ledger.problems.push(...problems);
  const isThere = ({ path }: Step): boolean => !files.has(path) || staged.has(path);
  const ready = readySteps(toHost, isThere);
  ledger.problems.push(...ready.problems);
  const lost = losers.filter(isThere);
  ledger.record = recordSteps({
    id: run,
    atMs: sync.clock.now(),
    steps: [...ready.steps, ...lost],
    conflicts,
  });
  ledger.add(await commitRun(sync, { room, run, staged, steps: ready.steps, record: ledger.record }));
  const kept = new Set<RelPath>();
  for (const step of lost) {
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
