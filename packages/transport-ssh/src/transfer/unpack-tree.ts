import { closeSync, writeSync } from 'node:fs';

import { assertNever, displayPath, escapeControls, isClamshellError, SyncError } from '@clamshell/core';
import { type ArchiveEntry, type HostTree, readArchive } from '@clamshell/host';

/** Of one transfer. A workspace is smaller; an endless archive is not. */
const LIMITS = { maxEntries: 2_000_000, maxTotalBytes: 2 ** 36, maxFileBytes: 2 ** 36 } as const;

/** Fills the empty tree from a hostile archive; calls `took` for each entry. Rejects with ARCHIVE_INVALID on any breach. */
export async function unpackTree(
  tree: HostTree,
  archive: AsyncIterable<Uint8Array>,
  took: (entry: ArchiveEntry) => void,
): Promise<void> {
  const directories: ArchiveEntry[] = [];
  for await (const item of readArchive(archive, LIMITS)) {
    if ('refused' in item) throw invalid(escapeControls(item.name), item.refused);
    const { entry, body } = item;
    await make(tree, entry, body).catch((cause: unknown) => {
      throw isBreach(cause) ? invalid(displayPath(entry.path), cause.message, cause) : cause;
    });
    if (entry.kind === 'directory') directories.push(entry);
    took(entry);
  }
  // Filling a directory changes its time, and its own mode may forbid it.
  for (const { path, mode, mtimeNs } of directories.toReversed()) {
    tree.setTimes(path, mtimeNs);
    tree.setMode(path, mode);
  }
}

async function make(tree: HostTree, entry: ArchiveEntry, body: AsyncIterable<Uint8Array>): Promise<void> {
  const { path, kind, mode, mtimeNs } = entry;
  switch (kind) {
    case 'directory':
      return tree.makeDirectory(path, 0o700);
    case 'symlink':
      tree.makeSymlink(path, entry.target ?? '');
      return tree.setTimes(path, mtimeNs);
    case 'file':
      await writeBody(tree.createFile(path, 0o600), body);
      tree.setMode(path, mode);
      return tree.setTimes(path, mtimeNs);
    default:
      return assertNever(kind);
  }
}

async function writeBody(descriptor: number, body: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const piece of body) {
      for (let at = 0; at < piece.length;) at += writeSync(descriptor, piece, at);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** A path that comes twice, or whose parent never came or is something else. */
function isBreach(error: unknown): error is Error {
  const codes: readonly string[] = [
    'FILE_EXISTS',
    'FILE_NOT_FOUND',
    'FILE_KIND',
    'PATH_ESCAPES',
    'PATH_INVALID',
  ];
  return isClamshellError(error) && codes.includes(error.code);
}

function invalid(name: string, why: string, cause?: unknown): SyncError {
  return new SyncError('ARCHIVE_INVALID', `The sandbox sent ${name}, which is refused: ${why}`, { cause });
}
