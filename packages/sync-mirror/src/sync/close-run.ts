import { pruneRuns } from '../undo/prune.ts';
import { narrowRun } from '../undo/record-steps.ts';
import { writeRun } from '../undo/run-record.ts';
import type { Ledger } from './carry-out.ts';
import type { MountSync } from './mount.ts';

/** After a run succeeded: its record says what came of it, and what it pushed over the budget is forgotten. */
export async function closeRun(
  { host, state, undoBudget }: MountSync,
  run: string,
  { applied, record }: Ledger,
): Promise<void> {
  if (record === undefined) return;
  const made = narrowRun(record, (path) => applied.has(path));
  const isAll = made.kept.length === record.kept.length && made.conflicts.length === record.conflicts.length;
  if (!isAll) await writeRun(state.runs, made);
  await pruneRuns({ host, runsDirectory: state.runs, budget: undoBudget, latest: run });
}
