import { displayPath, FsError, type Movement, parentOf, type RelPath } from '@clamshell/core';
import type { HostTree } from '@clamshell/host';

import { HostRoom, type StagedFile, storedPath } from '../apply/staging.ts';
import type { Put, Step } from '../plan/step.ts';
import { isContainedTarget } from '../plan/symlink-target.ts';
import { toEntry } from '../scan/scan-host.ts';
import { commitRun } from '../sync/commit-run.ts';
import type { HostMount } from '../sync/mount.ts';
import type { FileEntry, MovableEntry } from '../tree/entry.ts';
import { StableFile } from '../tree/read-stable.ts';
import { recordSteps } from './record-steps.ts';
import type { KeptVersion } from './run-record.ts';

/**
 * Puts kept versions in place on the host, as one run of its own: what stands there goes to the undo store. All or, where
 * a path is in the way, what could be done, with FILE_CHANGED for the rest.
 */
export async function restoreVersions(
  mount: HostMount,
  run: string,
  wanted: { readonly from: string; readonly versions: readonly KeptVersion[] },
): Promise<Movement> {
  const { host } = mount;
  await using room = HostRoom.open(host, run);
  const staged = new Map<RelPath, StagedFile>();
  const steps = new Map<RelPath, Step>();
  for (const version of wanted.versions) {
    const entry = await stageVersion(room, { host, from: wanted.from, version }, staged);
    if (entry !== undefined) planPut(host, { path: version.path, entry }, steps);
  }
  await room.settle();
  const inOrder = [...steps.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const record = recordSteps({ id: run, atMs: mount.clock.now(), steps: inOrder, conflicts: [] });
  const { applied, problems } = await commitRun(mount, { room, run, staged, steps: inOrder, record });
  const [problem] = problems;
  if (problem !== undefined)
    throw new FsError('FILE_CHANGED', `${displayPath(problem.path)} was not put back: ${problem.reason}`);
  const files = wanted.versions.filter(({ path, kind }) => kind !== 'directory' && applied.has(path));
  return { files: files.length, removed: 0, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

interface Wanted {
  readonly host: HostTree;
  readonly from: string;
  readonly version: KeptVersion;
}

/** A copy, so that the store keeps its own. `undefined` where the store has it no more. */
async function stageVersion(
  room: HostRoom,
  { host, from, version }: Wanted,
  staged: Map<RelPath, StagedFile>,
): Promise<MovableEntry | undefined> {
  if (version.kind === 'directory') return { kind: 'directory' };
  const place = storedPath({ run: from, of: version.of, path: version.path });
  const found = host.lstat(place);
  if (found?.kind === 'symlink') return { kind: 'symlink', stat: found, target: host.readLink(place) };
  if (found?.kind !== 'file') return undefined;
  using file = new StableFile(host, place, found);
  if (version.kind === 'symlink') return toLink(version.path, found, [...file.chunks()]);
  staged.set(version.path, await room.stage(asStream(file.chunks())));
  const entry: FileEntry = { kind: 'file', stat: found, executable: version.kind === 'program' };
  return entry;
}

/** A link that lost in the sandbox is kept as a file that holds its target. */
function toLink(path: RelPath, stat: FileEntry['stat'], chunks: readonly Uint8Array[]): MovableEntry {
  const target = Buffer.concat(chunks).toString('latin1');
  if (!isContainedTarget(path, target))
    throw new FsError('PATH_ESCAPES', `${displayPath(path)} is a link that leads out of the workspace`);
  return { kind: 'symlink', stat, target };
}

async function* asStream(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** With what is needed for it: directories above, and nothing in its place. */
function planPut(
  host: HostTree,
  { path, entry }: Pick<Put, 'path' | 'entry'>,
  steps: Map<RelPath, Step>,
): void {
  const over = entryAt(host, path);
  if (entry.kind === 'directory' && over?.kind === 'directory') return;
  const parent = parentOf(path);
  if (parent !== undefined && !steps.has(parent))
    planPut(host, { path: parent, entry: { kind: 'directory' } }, steps);
  if (over?.kind === 'directory') planRemovalsBelow(host, path, steps);
  steps.set(path, { kind: 'put', to: 'host', path, entry, over, isConflict: false });
}

function planRemovalsBelow(host: HostTree, top: RelPath, steps: Map<RelPath, Step>): void {
  for (const name of host.list(top)) {
    const path = `${top}/${name}` as RelPath;
    const over = entryAt(host, path);
    if (over === undefined) continue;
    if (over.kind === 'directory') planRemovalsBelow(host, path, steps);
    steps.set(path, { kind: 'remove', to: 'host', path, over, isConflict: false });
  }
}

function entryAt(host: HostTree, path: RelPath): MovableEntry | undefined {
  const stat = host.lstat(path);
  const entry = stat === undefined ? undefined : toEntry(host, path, { stat, device: stat.device });
  if (entry?.kind !== 'special') return entry;
  throw new FsError('FILE_KIND', `Something that is never moved stands in the way: ${displayPath(path)}`);
}
