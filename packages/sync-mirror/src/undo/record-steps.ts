import type { Conflict, RelPath } from '@clamshell/core';

import type { Step } from '../plan/step.ts';
import type { MovableEntry, Side } from '../tree/entry.ts';
import type { KeptVersion, RunRecord } from './run-record.ts';

export interface PlannedRun {
  readonly id: string;
  readonly atMs: number;
  readonly steps: readonly Step[];
  readonly conflicts: readonly Conflict[];
}

/** What carrying out these steps puts into the host’s undo store; `undefined` where that is nothing. */
export function recordSteps({ id, atMs, steps, conflicts }: PlannedRun): RunRecord | undefined {
  const kept = steps.flatMap((step) => {
    const isKept = step.to === 'host' || step.isConflict;
    return isKept && step.over !== undefined ? [keep(step.path, step.over, step.to)] : [];
  });
  const open = conflicts.map((conflict) => ({ ...conflict, isOpen: true }));
  return kept.length + open.length === 0 ? undefined : { id, atMs, kept, conflicts: open };
}

function keep(path: RelPath, over: MovableEntry, of: Side): KeptVersion {
  if (over.kind !== 'file') return { path, of, kind: over.kind, bytes: 0 };
  return { path, of, kind: over.executable ? 'program' : 'file', bytes: over.stat.size };
}

/** The record once it is known which steps were made. */
export function narrowRun(run: RunRecord, isMade: (path: RelPath) => boolean): RunRecord {
  const kept = run.kept.filter(({ path }) => isMade(path));
  const isBelow = (top: RelPath) => kept.some(({ path }) => path === top || path.startsWith(`${top}/`));
  return { ...run, kept, conflicts: run.conflicts.filter(({ path }) => isMade(path) || isBelow(path)) };
}
