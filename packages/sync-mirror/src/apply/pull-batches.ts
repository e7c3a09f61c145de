import type { RelPath } from '@clamshell/core';

import { MAX_BATCH_BYTES } from '../limits.ts';
import type { Tools } from '../scan/tools.ts';
import type { FileEntry } from '../tree/entry.ts';

/** Files to ask for in one call each. GNU tar takes all at once; another takes a command line, and links what it may. */
export function splitPull(
  files: ReadonlyMap<RelPath, FileEntry>,
  tar: Tools['tar'],
): readonly (readonly RelPath[])[] {
  if (tar === 'gnu') return files.size === 0 ? [] : [[...files.keys()]];
  const batches: Batch[] = [];
  for (const [path, { stat }] of files) {
    // The last batch with room: an inode met before starts a new one.
    let batch = batches.at(-1);
    if (batch === undefined || batch.bytes + path.length > MAX_BATCH_BYTES || batch.inodes.has(stat.inode)) {
      batch = { paths: [], inodes: new Set(), bytes: 0 };
      batches.push(batch);
    }
    batch.paths.push(path);
    batch.inodes.add(stat.inode);
    batch.bytes += path.length + 3;
  }
  return batches.map(({ paths }) => paths);
}

interface Batch {
  readonly paths: RelPath[];
  readonly inodes: Set<bigint>;
  bytes: number;
}
