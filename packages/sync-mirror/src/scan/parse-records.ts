import { asRelPath, type RelPath } from '@clamshell/core';

import { MAX_ENTRIES } from '../limits.ts';
import type { Entry, Stat } from '../tree/entry.ts';
import { OWN_DIRECTORY } from '../tree/own-directory.ts';
import { invalidReply, type ReplyFields } from './reply-fields.ts';

/** One entry as a sandbox's program printed it. Everything in it is the sandbox's word. */
export interface Record {
  /** `undefined` for the root. */
  readonly path: RelPath | undefined;
  readonly entry: Entry;
  readonly device: string;
}

export interface Records {
  readonly records: readonly Record[];
  /** Directories whose content could not be listed. */
  readonly unreadable: readonly RelPath[];
  /** An entry vanished while it was looked at. */
  readonly isTorn: boolean;
}

/** Reads the records that end with the field `end N`, and gives N with them. */
export function parseRecords(fields: ReplyFields): Records & { readonly status: number } {
  const found = { records: [] as Record[], unreadable: [] as RelPath[], isTorn: false };
  for (;;) {
    const head = fields.next();
    const end = /^end (\d{1,3})$/.exec(head);
    if (end !== null) return { ...found, status: Number(end[1]) };
    if (head.startsWith('e ')) found.records.push(parseFindRecord(head, fields));
    else if (head.startsWith('batch '))
      found.isTorn = !parseBatch(head, fields, found.records) || found.isTorn;
    else if (head === 'torn') found.isTorn = true;
    else if (head === 'unreadable') found.unreadable.push(parsePath(fields.next()) ?? failUnreadableRoot());
    else throw invalidReply('an unknown record');
    if (found.records.length > MAX_ENTRIES) throw invalidReply(`more than ${MAX_ENTRIES} entries`);
  }
}

function failUnreadableRoot(): never {
  throw invalidReply('its root is not readable');
}

const FIND_RECORD =
  /^e (\w) ([0-7]{1,4}) (\d{1,16}) (-?\d{1,12}\.\d{1,10}) (-?\d{1,12}\.\d{1,10}) (\d{1,20}) (\d{1,20})$/;

/** `type mode size mtime ctime inode device`, then the path and a link's target. */
function parseFindRecord(head: string, fields: ReplyFields): Record {
  const match = FIND_RECORD.exec(head);
  if (match === null) throw invalidReply('a record is malformed');
  const [, type, mode, size, mtime, ctime, inode, device] = match as unknown as Groups<8>;
  const [path, target] = fields.take(2) as unknown as Groups<2>;
  const stat = toStat({ size, mtimeNs: toNs(mtime), ctimeNs: toNs(ctime), inode });
  return {
    path: parsePath(path),
    entry: toEntry(KINDS[type] ?? 'special', { mode: parseInt(mode, 8), stat, target }),
    device,
  };
}

const KINDS: Readonly<{ [letter: string]: Entry['kind'] }> = { f: 'file', d: 'directory', l: 'symlink' };

const STAT_LINE =
  /^([0-9a-f]{1,8}) (\d{1,16}) (\d{1,20}) (\d{1,20}) (-?\d{1,12}) (-?\d{1,12}) [-\d]+ [:\d]+\.(\d{1,9}) \S+ [-\d]+ [:\d]+\.(\d{1,9}) \S+$/;

/** False where a link's target is missing: the entry changed while it was looked at. */
function parseBatch(head: string, fields: ReplyFields, into: Record[]): boolean {
  const count = /^batch (\d{1,6})$/.exec(head)?.[1];
  if (count === undefined) throw invalidReply('a batch is malformed');
  const paths = fields.take(Number(count));
  const lines = fields.next().split('\n');
  if (lines.length !== paths.length) throw invalidReply('a batch has another number of lines than of paths');
  const targets = parseTargets(fields);
  let isWhole = true;
  for (const [index, line] of lines.entries()) {
    const record = parseStatLine(line, { path: paths[index] as string, target: targets.get(index) });
    if (record === undefined) isWhole = false;
    else into.push(record);
  }
  return isWhole;
}

function parseTargets(fields: ReplyFields): ReadonlyMap<number, string> {
  const targets = new Map<number, string>();
  for (let head = fields.next(); head !== 'done'; head = fields.next()) {
    const index = /^link (\d{1,6})$/.exec(head)?.[1];
    if (index === undefined) throw invalidReply('a link is malformed');
    targets.set(Number(index), fields.next());
  }
  return targets;
}

function parseStatLine(
  line: string,
  named: { path: string; target: string | undefined },
): Record | undefined {
  const match = STAT_LINE.exec(line);
  if (match === null) throw invalidReply('a line of stat is malformed');
  const [, hexMode, size, inode, device, mtime, ctime, mtimeFraction, ctimeFraction] =
    match as unknown as Groups<9>;
  const mode = parseInt(hexMode, 16);
  const kind = MODE_KINDS.get(mode & 0o170000) ?? 'special';
  if (kind === 'symlink' && named.target === undefined) return undefined;
  const times = { mtimeNs: toNs(`${mtime}.${mtimeFraction}`), ctimeNs: toNs(`${ctime}.${ctimeFraction}`) };
  const entry = toEntry(kind, { mode, stat: toStat({ size, inode, ...times }), target: named.target ?? '' });
  return { path: parsePath(named.path), entry, device };
}

const MODE_KINDS: ReadonlyMap<number, Entry['kind']> = new Map([
  [0o100000, 'file'],
  [0o040000, 'directory'],
  [0o120000, 'symlink'],
]);

function toEntry(kind: Entry['kind'], has: { mode: number; stat: Stat; target: string }): Entry {
  if (kind === 'file') return { kind, stat: has.stat, executable: (has.mode & 0o100) !== 0 };
  if (kind === 'symlink') return { kind, stat: has.stat, target: has.target };
  return { kind };
}

function toStat(text: { size: string; mtimeNs: bigint; ctimeNs: bigint; inode: string }): Stat {
  const size = Number(text.size);
  if (!Number.isSafeInteger(size)) throw invalidReply('a size is out of range');
  return { size, mtimeNs: text.mtimeNs, ctimeNs: text.ctimeNs, inode: BigInt(text.inode) };
}

function toNs(seconds: string): bigint {
  const [whole, fraction = ''] = seconds.split('.');
  return BigInt(whole as string) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9));
}

/** Names are checked here and nowhere later (hostile-input rows 1 to 4, 47). */
function parsePath(printed: string): RelPath | undefined {
  if (printed === '.') return undefined;
  const path = printed.startsWith('./') ? asRelPath(printed.slice(2)) : undefined;
  if (path === undefined) throw invalidReply('a path leads out of the mount');
  if (path === OWN_DIRECTORY || path.startsWith(`${OWN_DIRECTORY}/`))
    throw invalidReply('it lists the mirror’s own directory');
  return path;
}

type Groups<Count extends number, Found extends string[] = []> = Found['length'] extends Count
  ? Found
  : Groups<Count, [...Found, string]>;
