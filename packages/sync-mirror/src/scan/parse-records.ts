import type { RelPath } from '@clamshell/core';

import { MAX_ENTRIES } from '../limits.ts';
import type { Entry } from '../tree/entry.ts';
import { type FindRecord, type FindRecords, parseFindRecord } from './find-record.ts';
import { type Groups, parsePath, type Record, toEntry, toNs, toStat } from './record.ts';
import { invalidReply, type ReplyFields } from './reply-fields.ts';

export interface Records {
  readonly records: readonly Record[];
  /** Those that GNU find printed. */
  readonly printed: FindRecords;
  /** Directories whose content could not be listed. */
  readonly unreadable: readonly RelPath[];
  /** An entry vanished while it was looked at. */
  readonly isTorn: boolean;
}

/** Reads the records that end with the field `end N`, and gives N with them. */
export function parseRecords(
  fields: ReplyFields,
  known?: FindRecords,
): Records & { readonly status: number } {
  const found = {
    records: [] as Record[],
    printed: new Map<string, FindRecord>(),
    unreadable: [] as RelPath[],
    isTorn: false,
  };
  for (;;) {
    const head = fields.next();
    const end = /^end (\d{1,3})$/.exec(head);
    if (end !== null) return { ...found, status: Number(end[1]) };
    if (head.startsWith('e ')) {
      const [path, target] = fields.take(2) as [string, string];
      const record = parseFindRecord([head, path, target], known);
      found.records.push(record);
      found.printed.set(path, record);
    } else if (head.startsWith('batch '))
      found.isTorn = !parseBatch(head, fields, found.records) || found.isTorn;
    else if (head === 'torn') found.isTorn = true;
    else if (head === 'unreadable') found.unreadable.push(parsePath(fields.next()) ?? failUnreadableRoot());
    else throw invalidReply('an unknown record');
    if (found.records.length + found.unreadable.length > MAX_ENTRIES)
      throw invalidReply(`more than ${MAX_ENTRIES} entries`);
  }
}

function failUnreadableRoot(): never {
  throw invalidReply('its root is not readable');
}

const STAT_LINE =
  /^([0-9a-f]{1,8}) (\d{1,16}) (\d{1,20}) (\d{1,20}) (-?\d{1,12}) (-?\d{1,12}) [-\d]+ [:\d]+\.(\d{1,9}) \S+ [-\d]+ [:\d]+\.(\d{1,9}) \S+$/;

/** False where a link's target is missing: the entry changed while it was looked at. */
function parseBatch(head: string, fields: ReplyFields, into: Record[]): boolean {
  const count = /^batch (\d{1,6})$/.exec(head)?.[1];
  if (count === undefined) throw invalidReply('a batch is malformed');
  const paths = fields.take(Number(count));
  const lines = fields.next().split('\n', paths.length + 1);
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
