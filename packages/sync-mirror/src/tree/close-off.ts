import { parentOf, type RelPath } from '@clamshell/core';

import type { Entry } from './entry.ts';

/** Makes directories whose content is not known such that are left alone, with all that was seen in them. */
export function closeOff(
  tree: Map<RelPath, Entry>,
  directories: ReadonlySet<RelPath>,
  problem: string,
): void {
  if (directories.size === 0) return;
  for (const path of tree.keys()) if (isBelow(path, directories)) tree.delete(path);
  for (const path of directories) if (tree.has(path)) tree.set(path, { kind: 'special', problem });
}

function isBelow(path: RelPath, directories: ReadonlySet<RelPath>): boolean {
  for (let parent = parentOf(path); parent !== undefined; parent = parentOf(parent)) {
    if (directories.has(parent)) return true;
  }
  return false;
}
