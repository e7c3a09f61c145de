import type { BaseEntry, SeenStat } from '../base/base.ts';
import type { Entry, FileEntry, Side, Stat } from '../tree/entry.ts';

/**
 * One side's entry beside the base. `restated`: size or time differ and the content is not known, which is as good as
 * `edited` unless the other side changed too. `unsure`: only the digest can tell. `touched`: the same content with
 * another time.
 */
export type Change = 'same' | 'edited' | 'gone' | 'restated' | 'unsure' | 'touched';

export function compareToBase(base: BaseEntry | undefined, entry: Entry | undefined, side: Side): Change {
  if (base === undefined) return entry === undefined ? 'same' : 'edited';
  if (entry === undefined) return 'gone';
  if (base.kind === 'file' && entry.kind === 'file') {
    if (entry.executable !== base.executable) return 'edited';
    return compareFile(base[side], entry, base.digest);
  }
  if (base.kind === 'symlink' && entry.kind === 'symlink')
    return base.target === entry.target ? 'same' : 'edited';
  return base.kind === entry.kind ? 'same' : 'edited';
}

function compareFile(seen: SeenStat, { stat, digest }: FileEntry, baseDigest: string): Change {
  const isMoved = stat.size !== seen.size || stat.mtimeNs !== seen.mtimeNs;
  if (!isMoved && !seen.isRacy && isSameInode(stat, seen)) return 'same';
  // A rename, a chmod, a new hard link or a forged time: the stat alone does not tell which.
  if (digest === undefined) return isMoved ? 'restated' : 'unsure';
  if (digest !== baseDigest) return 'edited';
  return isMoved ? 'touched' : 'same';
}

function isSameInode(a: Stat, b: Stat): boolean {
  return a.ctimeNs === b.ctimeNs && a.inode === b.inode;
}

export function isUndecided(change: Change): boolean {
  return change === 'unsure' || change === 'restated';
}
