import { FsError, type Movement, type OpenConflict, type Side, type UndoRun } from '@clamshell/core';

import { takeIdentifier } from '../remote/identifier.ts';
import type { HostMount } from '../sync/mount.ts';
import { recover } from '../sync/recover.ts';
import { otherSide } from '../tree/entry.ts';
import { restoreVersions } from './restore.ts';
import { bytesOf, readRuns, type RunRecord, writeRun } from './run-record.ts';

/** Newest first: what each run replaced or removed on the host. */
export async function listUndoRuns({ state }: HostMount): Promise<readonly UndoRun[]> {
  const runs = await readRuns(state.runs);
  return runs
    .map((run) => ({
      id: run.id,
      atMs: run.atMs,
      paths: run.kept.filter(({ of }) => of === 'host').map(({ path }) => path),
      bytes: bytesOf(run),
    }))
    .filter(({ paths }) => paths.length > 0)
    .toReversed();
}

export async function listOpenConflicts({ state }: HostMount): Promise<readonly OpenConflict[]> {
  const runs = await readRuns(state.runs);
  return runs.flatMap(({ id, conflicts }) =>
    conflicts.filter(({ isOpen }) => isOpen).map(({ path, kept }) => ({ path, kept, run: id })),
  );
}

export async function undoRun(mount: HostMount, id: string): Promise<Movement> {
  await recover(mount);
  const { kept } = await findRun(mount, id);
  const versions = kept.filter(({ of }) => of === 'host');
  return restoreVersions(mount, takeIdentifier(mount.newId), { from: id, versions });
}

/** The losing version is put in place where it was chosen; either way the conflict is closed. */
export async function resolveConflict(mount: HostMount, conflict: OpenConflict, take: Side): Promise<void> {
  await recover(mount);
  const { path, run: id, kept } = conflict;
  const run = await findRun(mount, id);
  const isIt = (each: { path: string; kept: Side }): boolean => each.path === path && each.kept === kept;
  if (!run.conflicts.some((each) => isIt(each) && each.isOpen))
    throw new FsError('FILE_NOT_FOUND', 'No such conflict is open');
  if (take !== kept) {
    const isLoser = (name: string): boolean => name === path || name.startsWith(`${path}/`);
    const versions = run.kept.filter((each) => each.of === otherSide(kept) && isLoser(each.path));
    await restoreVersions(mount, takeIdentifier(mount.newId), { from: id, versions });
  }
  const conflicts = run.conflicts.map((each) => (isIt(each) ? { ...each, isOpen: false } : each));
  await writeRun(mount.state.runs, { ...run, conflicts });
}

async function findRun({ state }: HostMount, id: string): Promise<RunRecord> {
  const run = (await readRuns(state.runs)).find((each) => each.id === id);
  if (run === undefined) throw new FsError('FILE_NOT_FOUND', 'The undo store holds no such run');
  return run;
}
