import { parentOf, type RelPath } from '@clamshell/core';

import { closeOff } from '../tree/close-off.ts';
import type { Entry } from '../tree/entry.ts';
import type { Records } from './parse-records.ts';
import { SPECIAL } from './record.ts';
import { invalidReply } from './reply-fields.ts';

/** What was listed as a tree. Throws where that would be none. */
export function buildTree(
  { records, unreadable }: Pick<Records, 'records' | 'unreadable'>,
  { isTorn, device }: { readonly isTorn: boolean; readonly device: string },
): Map<RelPath, Entry> {
  const tree = new Map<RelPath, Entry>();
  for (const record of records) {
    if (record.path === undefined) continue;
    if (tree.has(record.path)) throw invalidReply('a path is listed twice');
    // A mount point of another file system is not part of this mirror.
    tree.set(record.path, record.device === device ? record.entry : SPECIAL);
  }
  if (isTorn) dropOrphans(tree);
  checkParents(tree);
  closeOff(
    tree,
    new Set(unreadable.filter((path) => tree.has(path))),
    'the sandbox’s directory could not be read',
  );
  return tree;
}

/** A directory that went while its entries were listed: what is not listed in a torn scan is taken for unknown. */
function dropOrphans(tree: Map<RelPath, Entry>): void {
  const parentsFirst = [...tree.keys()].sort((a, b) => a.length - b.length);
  for (const path of parentsFirst) {
    const parent = parentOf(path);
    if (parent !== undefined && tree.get(parent)?.kind !== 'directory') tree.delete(path);
  }
}

function checkParents(tree: ReadonlyMap<RelPath, Entry>): void {
  for (const path of tree.keys()) {
    const parent = parentOf(path);
    if (parent !== undefined && tree.get(parent)?.kind !== 'directory') {
      throw invalidReply('a path lies in something that is not a directory');
    }
  }
}
