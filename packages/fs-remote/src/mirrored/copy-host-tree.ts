import { closeSync, readSync, writeSync } from 'node:fs';

import type { RelPath } from '@clamshell/core';
import type { HostTree } from '@clamshell/host';

import { failure } from './host-place.ts';

const CHUNK_BYTES = 1024 * 1024;

/** One end of a copy. */
export interface TreePath {
  readonly tree: HostTree;
  readonly path: RelPath;
}

/** What is at one place, with all below it, to a place where nothing is; modes and times of files kept, links as links. */
export function copyHostTree(from: TreePath, to: TreePath): void {
  const stat = from.tree.lstat(from.path);
  switch (stat?.kind) {
    case 'file':
      copyFile(from, to);
      to.tree.setMode(to.path, stat.mode & 0o777);
      return to.tree.setTimes(to.path, stat.mtimeNs);
    case 'symlink':
      return to.tree.makeSymlink(to.path, from.tree.readLink(from.path));
    case 'directory':
      to.tree.makeDirectory(to.path, 0o777);
      for (const name of from.tree.list(from.path)) copyHostTree(inside(from, name), inside(to, name));
      return to.tree.setMode(to.path, stat.mode & 0o777);
    case 'special':
    case undefined:
      throw failure('FILE_KIND', from.path, 'is something that is moved within its mount only');
  }
}

export function removeHostTree(tree: HostTree, path: RelPath): void {
  if (tree.lstat(path)?.kind !== 'directory') return tree.unlink(path);
  for (const name of tree.list(path)) removeHostTree(tree, `${path}/${name}` as RelPath);
  tree.removeDirectory(path);
}

function inside({ tree, path }: TreePath, name: string): TreePath {
  return { tree, path: `${path}/${name}` as RelPath };
}

function copyFile(from: TreePath, to: TreePath): void {
  const source = from.tree.openForRead(from.path);
  try {
    const goal = to.tree.createFile(to.path, 0o600);
    try {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      for (let size = readSync(source, chunk); size > 0; size = readSync(source, chunk)) {
        for (let at = 0; at < size;) at += writeSync(goal, chunk, at, size - at);
      }
    } finally {
      closeSync(goal);
    }
  } finally {
    closeSync(source);
  }
}
