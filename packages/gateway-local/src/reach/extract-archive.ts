import { closeSync, writeSync } from 'node:fs';

import { type HostPath, parentOf, type RelPath } from '@clamshell/core';
import {
  type ArchiveEntry,
  type HostTree,
  openHostTree,
  readArchive,
  type ReadArchiveLimits,
} from '@clamshell/host';

const LIMITS: ReadArchiveLimits = {
  maxEntries: 10_000_000,
  maxTotalBytes: 2 ** 40,
  maxFileBytes: 2 ** 40,
};

/**
 * Unpacks what a sandbox sends into a directory, over what is there. Links are made as they are and never followed;
 * entries that no archive of ours would have are left out.
 */
export async function extractArchive(bytes: AsyncIterable<Uint8Array>, directory: HostPath): Promise<void> {
  using tree = openHostTree(directory);
  const directories: ArchiveEntry[] = [];
  for await (const item of readArchive(bytes, LIMITS)) {
    if ('refused' in item) continue;
    if (item.entry.kind === 'directory') directories.push(item.entry);
    await place(tree, item.entry, item.body);
  }
  for (const { path, mode, mtimeNs } of directories.toReversed()) {
    tree.setMode(path, mode);
    tree.setTimes(path, mtimeNs);
  }
}

async function place(tree: HostTree, entry: ArchiveEntry, body: AsyncIterable<Uint8Array>): Promise<void> {
  const { path, kind } = entry;
  makeParents(tree, parentOf(path));
  const there = tree.lstat(path);
  if (kind === 'directory') {
    if (there?.kind !== 'directory') tree.makeDirectory(path, 0o700);
    return;
  }
  if (there !== undefined) tree.unlink(path);
  if (kind === 'symlink') return tree.makeSymlink(path, entry.target ?? '');
  const descriptor = tree.createFile(path, 0o600);
  try {
    for await (const chunk of body) writeSync(descriptor, chunk);
  } finally {
    closeSync(descriptor);
  }
  tree.setMode(path, entry.mode);
  tree.setTimes(path, entry.mtimeNs);
}

function makeParents(tree: HostTree, directory: RelPath | undefined): void {
  if (directory === undefined || tree.lstat(directory)?.kind === 'directory') return;
  makeParents(tree, parentOf(directory));
  tree.makeDirectory(directory, 0o755);
}
