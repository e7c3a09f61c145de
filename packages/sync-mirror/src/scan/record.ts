import { asRelPath, type RelPath } from '@clamshell/core';

import type { Entry, Stat } from '../tree/entry.ts';
import { OWN_DIRECTORY } from '../tree/own-directory.ts';
import { invalidReply } from './reply-fields.ts';

/** One entry as a sandbox's program printed it. Everything in it is the sandbox's word. */
export interface Record {
  /** `undefined` for the root. */
  readonly path: RelPath | undefined;
  readonly entry: Entry;
  readonly device: string;
}

export function toEntry(kind: Entry['kind'], has: { mode: number; stat: Stat; target: string }): Entry {
  if (kind === 'file') return { kind, stat: has.stat, executable: (has.mode & 0o100) !== 0 };
  if (kind === 'symlink') return { kind, stat: has.stat, target: has.target };
  return kind === 'directory' ? DIRECTORY : SPECIAL;
}

/** One object each, so that what stays shows itself unchanged. */
const DIRECTORY: Entry = { kind: 'directory' };
export const SPECIAL: Entry = { kind: 'special' };

export function toStat(text: { size: string; mtimeNs: bigint; ctimeNs: bigint; inode: string }): Stat {
  const size = Number(text.size);
  if (!Number.isSafeInteger(size)) throw invalidReply('a size is out of range');
  return { size, mtimeNs: text.mtimeNs, ctimeNs: text.ctimeNs, inode: BigInt(text.inode) };
}

export function toNs(seconds: string): bigint {
  const [whole, fraction = ''] = seconds.split('.');
  return BigInt(whole as string) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9));
}

/** Names are checked here and nowhere later (hostile-input rows 1 to 4, 47). */
export function parsePath(printed: string): RelPath | undefined {
  if (printed === '.') return undefined;
  const path = printed.startsWith('./') ? asRelPath(printed.slice(2)) : undefined;
  if (path === undefined) throw invalidReply('a path leads out of the mount');
  if (path === OWN_DIRECTORY || path.startsWith(`${OWN_DIRECTORY}/`))
    throw invalidReply('it lists the mirror’s own directory');
  return path;
}

/** What a pattern that matched has found: all of it there. */
export type Groups<Count extends number, Found extends string[] = []> = Found['length'] extends Count
  ? Found
  : Groups<Count, [...Found, string]>;
