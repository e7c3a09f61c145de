import type { Entry } from '../tree/entry.ts';
import { type Groups, parsePath, type Record, toEntry, toNs, toStat } from './record.ts';
import { invalidReply } from './reply-fields.ts';

/** A record with the text it was read from. */
export interface FindRecord extends Record {
  readonly printed: string;
}

/** By path, as it was printed. */
export type FindRecords = ReadonlyMap<string, FindRecord>;

/** `fields` as FIND_FORMAT has them. What is printed as it was before is the same object. */
export function parseFindRecord(
  [head, path, target]: readonly [string, string, string],
  known?: FindRecords,
): FindRecord {
  const printed = `${head} ${target}`;
  const old = known?.get(path);
  if (old?.printed === printed) return old;
  return parseFresh([head, path, target].map(copy) as [string, string, string], copy(printed));
}

/** A part of a long text keeps all of it in memory. */
function copy(part: string): string {
  return Buffer.from(part, 'latin1').toString('latin1');
}

const FIND_RECORD =
  /^e (\w) ([0-7]{1,4}) (\d{1,16}) (-?\d{1,12}\.\d{1,10}) (-?\d{1,12}\.\d{1,10}) (\d{1,20}) (\d{1,20})$/;

function parseFresh([head, path, target]: readonly [string, string, string], printed: string): FindRecord {
  const match = FIND_RECORD.exec(head);
  if (match === null) throw invalidReply('a record is malformed');
  const [, type, mode, size, mtime, ctime, inode, device] = match as unknown as Groups<8>;
  const stat = toStat({ size, mtimeNs: toNs(mtime), ctimeNs: toNs(ctime), inode });
  return {
    path: parsePath(path),
    entry: toEntry(KINDS[type] ?? 'special', { mode: parseInt(mode, 8), stat, target }),
    device,
    printed,
  };
}

const KINDS: Readonly<{ [letter: string]: Entry['kind'] }> = { f: 'file', d: 'directory', l: 'symlink' };
