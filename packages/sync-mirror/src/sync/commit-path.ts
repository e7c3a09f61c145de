import {
  type CommitOutcome,
  displayPath,
  FsError,
  parentOf,
  type PathCommit,
  type RelPath,
  type Side,
  SyncError,
  withholdReason,
} from '@clamshell/core';
import type { HostTree } from '@clamshell/host';

import { pushSteps } from '../apply/push.ts';
import { HostRoom, type StagedFile } from '../apply/staging.ts';
import { readBase, writeBase } from '../base/base-file.ts';
import { nextBase } from '../base/next-base.ts';
import { digestSandbox } from '../digest/digest-sandbox.ts';
import { isInRepository } from '../git/repository-above.ts';
import type { Step } from '../plan/step.ts';
import { takeIdentifier } from '../remote/identifier.ts';
import { restatSandbox } from '../scan/restat-sandbox.ts';
import { toEntry } from '../scan/scan-host.ts';
import type { Entry, FileEntry, MovableEntry } from '../tree/entry.ts';
import { StableFile } from '../tree/read-stable.ts';
import { recordSteps } from '../undo/record-steps.ts';
import { pruneRuns } from '../undo/prune.ts';
import { commitRun } from './commit-run.ts';
import { type MountSync, remoteOf } from './mount.ts';
import { recover } from './recover.ts';

/** One path on both halves and in the base, without a scan: first the host’s, in the way of any other commit. */
export async function commitPath(sync: MountSync, commit: PathCommit): Promise<CommitOutcome> {
  const { host, protect } = sync;
  const { path } = commit;
  if (withholdReason(path, protect.groups) !== undefined || protect.matches(path))
    return { status: 'withheld' };
  if (isInRepository(host, path)) return { status: 'withheld' };
  await recover(sync);
  const seen = { host: lookAtHost(host, path), sandbox: await lookAtSandbox(sync, path) };
  for (const side of ['host', 'sandbox'] as const) {
    if (seen[side].digest !== commit.expected || !isFileOrNothing(seen[side].entry))
      return { status: 'stale', on: side };
  }
  if (commit.content === undefined && commit.expected === undefined) return { status: 'committed' };
  return carryOutPath(sync, commit, { host: seen.host.entry, sandbox: seen.sandbox.entry });
}

interface Seen {
  readonly entry: Entry | undefined;
  readonly digest: string | undefined;
}

function isFileOrNothing(entry: Entry | undefined): boolean {
  return entry === undefined || entry.kind === 'file';
}

function lookAtHost(host: HostTree, path: RelPath): Seen {
  const stat = host.lstat(path);
  if (stat === undefined) return { entry: undefined, digest: undefined };
  const entry = toEntry(host, path, { stat, device: stat.device });
  if (entry.kind !== 'file') return { entry, digest: undefined };
  using file = new StableFile(host, path, entry.stat);
  for (const _ of file.chunks());
  return { entry, digest: file.digest };
}

async function lookAtSandbox(sync: MountSync, path: RelPath): Promise<Seen> {
  const remote = remoteOf(sync, sync.signal);
  const entry = (await restatSandbox(remote, [path])).get(path);
  if (entry?.kind !== 'file') return { entry, digest: undefined };
  return { entry, digest: (await digestSandbox(remote, [path])).get(path) };
}

type Both = Readonly<Record<Side, Entry | undefined>>;

async function carryOutPath(
  sync: MountSync,
  { path, content }: PathCommit,
  seen: Both,
): Promise<CommitOutcome> {
  const { host } = sync;
  const run = takeIdentifier(sync.newId);
  await using room = HostRoom.open(host, run);
  const staged = new Map<RelPath, StagedFile>();
  if (content !== undefined) staged.set(path, await room.stage(asStream(content)));
  await room.settle();
  const entry = content === undefined ? undefined : stagedEntry(host, staged.get(path), seen.host);
  const ours = [...parentSteps(host, path, entry), toStep(path, { to: 'host', entry, over: seen.host })];
  const record = recordSteps({ id: run, atMs: sync.clock.now(), steps: ours, conflicts: [] });
  const done = await commitRun(sync, { room, run, staged, steps: ours, record });
  const [problem] = done.problems;
  if (problem !== undefined) {
    if (!done.applied.has(path)) return { status: 'stale', on: 'host' };
    throw new FsError('FILE_CHANGED', `${displayPath(problem.path)}: ${problem.reason}`);
  }
  await pushPath(sync, { run, path, seen });
  await pruneRuns({ host, runsDirectory: sync.state.runs, budget: sync.undoBudget, latest: run });
  return { status: 'committed' };
}

async function* asStream(content: Uint8Array): AsyncGenerator<Uint8Array> {
  if (content.length > 0) yield content;
}

function stagedEntry(
  host: HostTree,
  file: StagedFile | undefined,
  old: Entry | undefined,
): FileEntry | undefined {
  const stat = file === undefined ? undefined : host.lstat(file.path);
  if (stat === undefined) return undefined;
  return { kind: 'file', stat, executable: old?.kind === 'file' && old.executable };
}

function toStep(
  path: RelPath,
  { to, entry, over }: { to: Side; entry: MovableEntry | undefined; over: Entry | undefined },
): Step {
  const old = over?.kind === 'special' ? undefined : over;
  if (entry !== undefined) return { kind: 'put', to, path, entry, over: old, isConflict: false };
  return { kind: 'remove', to, path, over: old ?? { kind: 'directory' }, isConflict: false };
}

/** Directories that are missing above a path that comes. */
function parentSteps(host: HostTree, path: RelPath, entry: MovableEntry | undefined): Step[] {
  const parent = parentOf(path);
  if (entry === undefined || parent === undefined || host.lstat(parent)?.kind === 'directory') return [];
  const directory = { kind: 'directory' } as const;
  const step: Step = {
    kind: 'put',
    to: 'host',
    path: parent,
    entry: directory,
    over: undefined,
    isConflict: false,
  };
  return [...parentSteps(host, parent, directory), step];
}

interface PushedPath {
  readonly run: string;
  readonly path: RelPath;
  readonly seen: Both;
}

async function pushPath(sync: MountSync, { run, path, seen }: PushedPath): Promise<void> {
  const { host, state, peer } = sync;
  const now = lookAtHost(host, path).entry;
  const isGoneThere = now === undefined && seen.sandbox === undefined;
  const entry = now?.kind === 'special' ? undefined : now;
  const above = parentsOf(path).map((each): Step =>
    toStep(each, { to: 'sandbox', entry: { kind: 'directory' }, over: undefined }),
  );
  const steps = isGoneThere
    ? []
    : [...(entry === undefined ? [] : above), toStep(path, { to: 'sandbox', entry, over: seen.sandbox })];
  const remote = remoteOf(sync, sync.signal);
  const { applied, problems } = await pushSteps(remote, { host, run, steps, nonce: undefined });
  const base = await readBase(state.base);
  if (base?.sandboxId === peer.id) {
    // Times of neither side’s clock are known here: the next sync computes the digest.
    const unseen = { tree: new Map(), isTorn: false, clockNs: 0n };
    const tree = nextBase({ base: base.tree, host: unseen, sandbox: unseen, settled: new Map(), applied });
    await writeBase(state.base, { ...base, tree });
  }
  const [problem] = problems;
  if (problem !== undefined)
    throw new SyncError('STATE_CONFLICT', `The host has it, the sandbox not yet: ${problem.reason}`);
}

function parentsOf(path: RelPath): readonly RelPath[] {
  const parent = parentOf(path);
  return parent === undefined ? [] : [...parentsOf(parent), parent];
}
