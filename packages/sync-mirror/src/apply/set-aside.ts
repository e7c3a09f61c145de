import { isClamshellError, type RelPath } from '@clamshell/core';
import type { HostStat, HostTree } from '@clamshell/host';

import type { MovableEntry } from '../tree/entry.ts';
import { isSameStat, isSameVersion } from '../tree/read-stable.ts';
import { makeParents } from './journal.ts';

export const CHANGED_MEANWHILE = 'changed meanwhile';

/**
 * Moves a file or link of the host to the undo store if it is the version that was scanned, and looks again at what was
 * moved: a save that came in between is put back. Node has no renameat2, so a look before alone loses such saves
 * (tried: 14 in 28,717). True once the path is free.
 */
export function setAside(
  host: HostTree,
  from: RelPath,
  { over, to }: { over: MovableEntry; to: RelPath },
): boolean {
  if (over.kind === 'directory') return false;
  const before = host.lstat(from);
  if (before?.kind !== over.kind || !isSameStat(before, over.stat)) return false;
  makeParents(host, to);
  host.rename(from, to);
  const moved = host.lstat(to);
  if (moved?.kind === over.kind && isSameVersion(moved, over.stat)) return true;
  putBack(host, moved, { from, to });
  return false;
}

/** Undoes `setAside`. Whatever came to stand at `from` by now has precedence; then this one stays in the undo store. */
export function putBack(
  host: HostTree,
  moved: HostStat | undefined,
  { from, to }: { from: RelPath; to: RelPath },
): void {
  if (moved?.kind === 'directory') {
    if (host.lstat(from) === undefined) host.rename(to, from);
  } else if (moved !== undefined && host.link(to, from)) {
    host.unlink(to);
  }
}

/** Removes an empty directory; false where it is not one. */
export function removeEmpty(host: HostTree, path: RelPath): boolean {
  try {
    host.removeDirectory(path);
    return true;
  } catch (error) {
    if (!isClamshellError(error)) throw error;
    return error.code === 'FILE_NOT_FOUND';
  }
}
