import { closeSync, createReadStream } from 'node:fs';

import {
  assertNever,
  displayPath,
  FsError,
  type HostPath,
  parseRelPath,
  type RelPath,
} from '@clamshell/core';
import { type ArchiveSource, type HostTree, openHostTree } from '@clamshell/host';

export interface SourceTree {
  readonly directory: HostPath;
  /** What stands before every name; nothing for a flat archive. */
  readonly prefix: string;
  /** Only these entries, with the directories that lead to them; all when left out. */
  readonly only?: ReadonlySet<string> | undefined;
}

/**
 * The entries of a directory as the tool packs them: links as links, hard links as copies, modes and times carried. A
 * FIFO, a socket or a device ends the archive in the middle (openshell §1.8).
 */
export async function* listSources(source: SourceTree): AsyncGenerator<ArchiveSource> {
  using tree = openHostTree(source.directory);
  if (source.prefix !== '') yield directoryEntry(parseRelPath(source.prefix), tree.stat());
  yield* walk(tree, source, undefined);
}

/** One file under a name of its own. */
export async function* fileSource(
  source: Pick<SourceTree, 'directory'>,
  name: string,
  as: string,
): AsyncGenerator<ArchiveSource> {
  using tree = openHostTree(source.directory);
  yield toSource(tree, parseRelPath(name), parseRelPath(as));
}

async function* walk(
  tree: HostTree,
  source: SourceTree,
  directory: RelPath | undefined,
): AsyncGenerator<ArchiveSource> {
  for (const name of tree.list(directory).toSorted()) {
    const path = parseRelPath(directory === undefined ? name : `${directory}/${name}`);
    const stat = tree.lstat(path);
    if (stat === undefined || !isWanted(source, path, stat.kind)) continue;
    yield toSource(tree, path, parseRelPath(source.prefix === '' ? path : `${source.prefix}/${path}`));
    if (stat.kind === 'directory') yield* walk(tree, source, path);
  }
}

/** Of the directories those that lead to something. */
function isWanted({ only }: SourceTree, path: RelPath, kind: string): boolean {
  if (only === undefined || only.has(path)) return true;
  return kind === 'directory' && [...only].some((name) => name.startsWith(`${path}/`));
}

function toSource(tree: HostTree, path: RelPath, as: RelPath): ArchiveSource {
  const stat = tree.lstat(path);
  if (stat === undefined) throw new FsError('FILE_NOT_FOUND', `No such file: ${displayPath(path)}`);
  const { mode, mtimeNs, size } = stat;
  switch (stat.kind) {
    case 'directory':
      return directoryEntry(as, stat);
    case 'symlink': {
      const target = tree.readLink(path);
      return { entry: { path: as, kind: 'symlink', mode: 0o777, mtimeNs, size: 0, target } };
    }
    case 'file': {
      const entry = { path: as, kind: 'file', mode: mode & 0o777, mtimeNs, size } as const;
      return { entry, body: readBody(tree, path) };
    }
    case 'special':
      throw new FsError('FILE_KIND', `unsupported file type for upload: ${displayPath(path)}`);
    default:
      return assertNever(stat.kind);
  }
}

function directoryEntry(
  path: RelPath,
  { mode, mtimeNs }: { readonly mode: number; readonly mtimeNs: bigint },
): ArchiveSource {
  return { entry: { path, kind: 'directory', mode: mode & 0o777, mtimeNs, size: 0 } };
}

async function* readBody(tree: HostTree, path: RelPath): AsyncGenerator<Uint8Array> {
  const descriptor = tree.openForRead(path);
  try {
    yield* createReadStream('', { fd: descriptor, autoClose: false }) as AsyncIterable<Buffer>;
  } finally {
    closeSync(descriptor);
  }
}
