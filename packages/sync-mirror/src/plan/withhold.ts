import { isGitLinkName, type RelPath, withholdReason } from '@clamshell/core';

import type { BaseEntry } from '../base/base.ts';
import type { Entry } from '../tree/entry.ts';
import { isContainedTarget } from './symlink-target.ts';

/** True where a change of the sandbox to `path`, which now holds `entry` there, must not reach the host. */
export function isWithheld(path: RelPath, entry: Entry | undefined, base: BaseEntry | undefined): boolean {
  if (withholdReason(path) !== undefined) return true;
  if (entry?.kind === 'symlink' && !isContainedTarget(path, entry.target)) return true;
  // A `.git` that is no directory redirects git, and its removal hands git to a repository further up.
  return isGitLinkName(path) && (entry ?? base)?.kind !== 'directory';
}

/** Tells one withheld version from the next, so that each is reported once. */
export function fingerprintOf(entry: Entry | undefined): string {
  if (entry === undefined) return 'absent';
  if (entry.kind === 'symlink') return `symlink ${entry.target}`;
  if (entry.kind !== 'file') return entry.kind;
  const { size, mtimeNs, ctimeNs, inode } = entry.stat;
  return `file ${size} ${mtimeNs} ${ctimeNs} ${inode} ${entry.executable}`;
}
