import type { Entry } from '../tree/entry.ts';

/** Tells one withheld version from the next, so that each is reported once. */
export function fingerprintOf(entry: Entry | undefined): string {
  if (entry === undefined) return 'absent';
  if (entry.kind === 'symlink') return `symlink ${entry.target}`;
  if (entry.kind !== 'file') return entry.kind;
  const { size, mtimeNs, ctimeNs, inode } = entry.stat;
  return `file ${size} ${mtimeNs} ${ctimeNs} ${inode} ${entry.executable}`;
}
