import type { RelPath } from '@clamshell/core';

import type { Entry, Scan } from '../tree/entry.ts';

/** A scan that knows these digests. What has none could not be read as it was scanned: it is left for the next sync. */
export function withDigests(scan: Scan, digests: ReadonlyMap<RelPath, string | undefined>): Scan {
  if (digests.size === 0) return scan;
  const tree = new Map(scan.tree);
  for (const [path, digest] of digests) tree.set(path, withDigest(scan.tree.get(path), digest));
  return { ...scan, tree };
}

function withDigest(entry: Entry | undefined, digest: string | undefined): Entry {
  if (entry?.kind !== 'file' || digest === undefined) {
    return { kind: 'special', problem: 'it changed while it was read, or could not be read' };
  }
  return { ...entry, digest };
}
