import { closeSync, readSync } from 'node:fs';

import { assertNever, parseRelPath, type RelPath } from '@clamshell/core';
import type { ArchiveSource, HostStat, HostTree } from '@clamshell/host';

const PIECE_BYTES = 256 * 1024;

/** Every entry of the tree, parents first. Special files are left out: nothing could be made of them elsewhere. */
export async function* packTree(tree: HostTree): AsyncGenerator<ArchiveSource> {
  const directories: (RelPath | undefined)[] = [undefined];
  for (let at = 0; at < directories.length; at += 1) {
    const directory = directories[at];
    for (const name of tree.list(directory)) {
      const path = parseRelPath(directory === undefined ? name : `${directory}/${name}`);
      const stat = tree.lstat(path);
      const source = stat === undefined ? undefined : sourceOf(tree, path, stat);
      if (source !== undefined) yield source;
      if (stat?.kind === 'directory') directories.push(path);
    }
  }
}

function sourceOf(tree: HostTree, path: RelPath, stat: HostStat): ArchiveSource | undefined {
  const { kind, mtimeNs } = stat;
  const mode = stat.mode & 0o777;
  switch (kind) {
    case 'file':
      return { entry: { path, kind, mode, mtimeNs, size: stat.size }, body: readBody(tree, path) };
    case 'symlink':
      return { entry: { path, kind, mode, mtimeNs, size: 0, target: tree.readLink(path) } };
    case 'directory':
      return { entry: { path, kind, mode, mtimeNs, size: 0 } };
    case 'special':
      return undefined;
    default:
      return assertNever(kind);
  }
}

function* readBody(tree: HostTree, path: RelPath): Generator<Uint8Array> {
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  const descriptor = tree.openForRead(path);
  try {
    for (;;) {
      const length = readSync(descriptor, piece);
      if (length === 0) return;
      yield piece.subarray(0, length);
    }
  } finally {
    closeSync(descriptor);
  }
}
