import { assertNever, isClamshellError, type Problem, type RelPath } from '@clamshell/core';
import type { ArchiveEntry, ArchiveSource, HostTree } from '@clamshell/host';

import { isIndex } from '../git/git-paths.ts';
import type { Put, Step } from '../plan/step.ts';
import type { FileEntry } from '../tree/entry.ts';
import { StableFile } from '../tree/read-stable.ts';
import { encodeWords } from '../remote/path-list.ts';
import { INCOMPLETE } from './git-order.ts';
import { planPush } from './push-plan.ts';

export interface PushSource {
  readonly host: HostTree;
  /** All to the sandbox, in byte order. */
  readonly steps: readonly Step[];
  /** Where the program unpacks, from its root. */
  readonly stage: string;
  readonly onFile?: (entry: FileEntry) => void;
}

/** What came of reading the host while the archive was written. */
export interface PushReadings {
  readonly digests: Map<RelPath, string>;
  readonly problems: Problem[];
}

/** The push program's input: what comes, then the lists of what goes, then the mark that proves it complete. */
export async function* pushArchive(
  source: PushSource,
  mark: string,
  readings: PushReadings,
): AsyncGenerator<ArchiveSource> {
  const unread = new Set<RelPath>();
  for (const step of source.steps) {
    if (step.kind !== 'put') continue;
    if (step.git?.part === 'refs' && isLacking(source, step.git.unit, unread)) continue;
    const member = openMember(source, step, readings);
    if (member === undefined) {
      unread.add(step.path);
      continue;
    }
    yield* member;
    if (step.entry.kind === 'file' && !readings.digests.has(step.path)) {
      readings.problems.push({ path: step.path, reason: 'it changed while it was read' });
      unread.add(step.path);
    }
  }
  yield* writeLists(source, mark, dropIncomplete(source, unread, readings));
}

function isLacking({ steps }: PushSource, unit: string, unread: ReadonlySet<RelPath>): boolean {
  return unread.size > 0 && steps.some(({ git, path }) => git?.unit === unit && unread.has(path));
}

/** With a file of a repository that could not be read go all its refs. */
function dropIncomplete(
  source: PushSource,
  unread: ReadonlySet<RelPath>,
  { problems }: PushReadings,
): ReadonlySet<RelPath> {
  const dropped = source.steps.filter(
    ({ git, path }) => git?.part === 'refs' && !unread.has(path) && isLacking(source, git.unit, unread),
  );
  for (const { path } of dropped) problems.push({ path, reason: INCOMPLETE });
  return new Set([...unread, ...dropped.map(({ path }) => path)]);
}

/** `undefined` where the host's file is another version now, or can't be read. */
function openMember(
  source: PushSource,
  step: Put,
  readings: PushReadings,
): Generator<ArchiveSource> | undefined {
  const { path, entry } = step;
  switch (entry.kind) {
    case 'directory':
      return just({ entry: { ...UNTIMED, path: inTree(path), kind: 'directory', mode: 0o755 } });
    case 'symlink':
      return just({
        entry: { ...UNTIMED, path: inTree(path), kind: 'symlink', mode: 0o777, target: entry.target },
      });
    case 'file':
      return openFile(source, { path, entry }, readings);
    default:
      return assertNever(entry);
  }
}

const UNTIMED = { mtimeNs: 0n, size: 0 };

function inTree(path: RelPath): RelPath {
  return `tree/${path}` as RelPath;
}

function* just(member: ArchiveSource): Generator<ArchiveSource> {
  yield member;
}

interface NamedFile {
  readonly path: RelPath;
  readonly entry: FileEntry;
}

function openFile(
  source: PushSource,
  { path, entry }: NamedFile,
  readings: PushReadings,
): Generator<ArchiveSource> | undefined {
  try {
    const file = new StableFile(source.host, path, entry.stat);
    if (file.isExpected) return readFile(source, { path, entry, file }, readings);
    file[Symbol.dispose]();
    readings.problems.push({ path, reason: 'it changed since it was looked at' });
  } catch (error) {
    if (!isClamshellError(error)) throw error;
    readings.problems.push({ path, reason: error.message });
  }
  return undefined;
}

function* readFile(
  { onFile }: PushSource,
  { path, entry, file }: NamedFile & { readonly file: StableFile },
  { digests }: PushReadings,
): Generator<ArchiveSource> {
  using opened = file;
  const { size, mtimeNs } = entry.stat;
  const header: ArchiveEntry = {
    path: inTree(path),
    kind: 'file',
    mode: entry.executable ? 0o755 : 0o644,
    mtimeNs,
    size,
  };
  yield { entry: header, body: opened.chunks() };
  if (opened.digest === undefined) return;
  // Of a git index, what it says.
  digests.set(path, isIndex(path) ? (entry.digest ?? opened.digest) : opened.digest);
  onFile?.(entry);
}

function* writeLists(
  { steps, stage }: PushSource,
  mark: string,
  unread: ReadonlySet<RelPath>,
): Generator<ArchiveSource> {
  const { aside, rmdir, touched } = planPush(steps.filter(({ path }) => !unread.has(path)));
  yield list('drop', encodeWords([...unread].map((path) => `./${stage}/tree/${path}`)));
  yield list('aside', aside);
  yield list('rmdir', rmdir);
  yield list('touched', touched);
  yield list('end', Buffer.from(mark));
}

function list(name: string, body: Buffer): ArchiveSource {
  const path = `plan/${name}` as RelPath;
  return { entry: { path, kind: 'file', mode: 0o644, mtimeNs: 0n, size: body.length }, body: [body] };
}
