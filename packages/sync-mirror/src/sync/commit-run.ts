import type { RelPath } from '@clamshell/core';

import type { ApplyResult } from '../apply/applied.ts';
import { commitToHost } from '../apply/commit-host.ts';
import { removeJournal, writeJournal } from '../apply/journal.ts';
import { type HostRoom, type StagedFile, undoPath } from '../apply/staging.ts';
import type { Step } from '../plan/step.ts';
import { type RunRecord, writeRun } from '../undo/run-record.ts';
import { allOver } from './all-over.ts';
import type { HostMount } from './mount.ts';

export interface RunCommit {
  readonly room: HostRoom;
  readonly run: string;
  readonly staged: ReadonlyMap<RelPath, StagedFile>;
  /** To the host. */
  readonly steps: readonly Step[];
  /** `undefined` where nothing is kept. */
  readonly record: RunRecord | undefined;
}

/** What is kept is on record before anything is replaced; the journal stands while paths may be neither old nor new. */
export async function commitRun(
  { host, signal, state }: HostMount,
  { room, run, staged, steps, record }: RunCommit,
): Promise<ApplyResult> {
  signal?.throwIfAborted();
  const moves = steps
    .filter(({ over }) => over !== undefined && over.kind !== 'directory')
    .map(({ path }) => [path, undoPath(room, path)] as const);
  await allOver([
    ...(record === undefined ? [] : [writeRun(state.runs, record)]),
    ...(moves.length === 0 ? [] : [writeJournal(state.journal, { run, moves })]),
  ]);
  const result = await commitToHost({ host, room, steps, staged, signal });
  if (moves.length > 0) await removeJournal(state.journal);
  return result;
}
