import { assertNever, invariant } from '@clamshell/core';

import type { ArchiveEntry } from './entry.ts';
import { checksumOf } from './header.ts';
import { writeNumber } from './number-field.ts';
import { formatPaxRecord, formatPaxTime } from './pax-records.ts';
import {
  BLOCK_BYTES,
  type Field,
  FIELDS,
  GNU_MAGIC,
  MAX_OCTAL,
  MAX_TARGET_BYTES,
  paddingOf,
  POSIX_MAGIC,
} from './tar-format.ts';

const [, MAX_NAME] = FIELDS.name;
const [, MAX_PREFIX] = FIELDS.prefix;
const [, MAX_LINK_NAME] = FIELDS.linkName;
const NS_PER_SECOND = 1_000_000_000n;

/**
 * The blocks that come before an entry's body. What ustar can't hold is in a pax extended header; since busybox knows
 * none, a long name is in a GNU header too, a large size also in base 256, and bytes beyond ASCII lie in the field as
 * they are. busybox sees whole seconds only.
 */
export function formatHeaders(entry: ArchiveEntry): Buffer {
  requireConsistent(entry);
  const name = entry.kind === 'directory' ? `${entry.path}/` : entry.path;
  const target = entry.target ?? '';
  const split = splitName(name);
  const blocks: Buffer[] = [];
  const records = paxRecordsOf(entry, { name, target, fits: split !== undefined });
  if (records !== '') blocks.push(formatExtension({ type: 'x', name: '././@PaxHeader', body: records }));
  if (split === undefined)
    blocks.push(formatExtension({ type: 'L', name: '././@LongLink', body: `${name}\0` }));
  if (target.length > MAX_LINK_NAME) {
    blocks.push(formatExtension({ type: 'K', name: '././@LongLink', body: `${target}\0` }));
  }
  const [prefix, rest] = split ?? ['', name];
  blocks.push(formatBlock({ type: typeOf(entry.kind), prefix, name: rest, target, ...entry }));
  return blocks.length === 1 && blocks[0] !== undefined ? blocks[0] : Buffer.concat(blocks);
}

function requireConsistent({ kind, size, target }: ArchiveEntry): void {
  invariant(
    Number.isSafeInteger(size) && size >= 0 && (kind === 'file' || size === 0),
    'only a file has a size',
  );
  const isTarget = target !== undefined && target !== '' && target.length <= MAX_TARGET_BYTES;
  invariant(
    kind === 'symlink' ? isTarget && !target.includes('\0') : target === undefined,
    'a link has a target',
  );
}

/** As `[prefix, name]`; `undefined` where no slash splits it into parts that fit. */
function splitName(name: string): readonly [string, string] | undefined {
  if (name.length <= MAX_NAME) return ['', name];
  const slash = name.lastIndexOf('/', Math.min(MAX_PREFIX, name.length - 2));
  const fits = slash > 0 && name.length - slash - 1 <= MAX_NAME;
  return fits ? [name.slice(0, slash), name.slice(slash + 1)] : undefined;
}

function paxRecordsOf(
  { size, mtimeNs }: ArchiveEntry,
  { name, target, fits }: { readonly name: string; readonly target: string; readonly fits: boolean },
): string {
  const isPlainLink = target.length <= MAX_LINK_NAME && isAscii(target);
  return [
    fits && isAscii(name) ? '' : formatPaxRecord('path', name),
    isPlainLink ? '' : formatPaxRecord('linkpath', target),
    size <= MAX_OCTAL ? '' : formatPaxRecord('size', String(size)),
    BigInt(toHeaderTime(mtimeNs)) * NS_PER_SECOND === mtimeNs
      ? ''
      : formatPaxRecord('mtime', formatPaxTime(mtimeNs)),
  ].join('');
}

function isAscii(latin1: string): boolean {
  return /^[\x01-\x7f]*$/.test(latin1);
}

/** Whole seconds, as near as twelve octal digits come. */
function toHeaderTime(ns: bigint): number {
  return Math.min(Math.max(Number(ns / NS_PER_SECOND), 0), MAX_OCTAL);
}

function formatExtension({
  type,
  name,
  body,
}: {
  type: 'x' | 'L' | 'K';
  name: string;
  body: string;
}): Buffer {
  const header = formatBlock({
    type,
    name,
    prefix: '',
    target: '',
    mode: 0o644,
    size: body.length,
    mtimeNs: 0n,
  });
  return Buffer.concat([header, Buffer.from(body, 'latin1'), Buffer.alloc(paddingOf(body.length))]);
}

function typeOf(kind: ArchiveEntry['kind']): string {
  switch (kind) {
    case 'file':
      return '0';
    case 'symlink':
      return '2';
    case 'directory':
      return '5';
    default:
      return assertNever(kind);
  }
}

interface BlockFields extends Pick<ArchiveEntry, 'mode' | 'size' | 'mtimeNs'> {
  readonly type: string;
  readonly prefix: string;
  readonly name: string;
  readonly target: string;
}

/** Owner 0 with no name: an extractor that is root is to be told to keep its own. Too long a text is cut. */
function formatBlock({ type, prefix, name, target, mode, size, mtimeNs }: BlockFields): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  const write = (text: string, [offset, length]: Field) => block.write(text, offset, length, 'latin1');
  write(name, FIELDS.name);
  for (const field of [FIELDS.uid, FIELDS.gid, FIELDS.deviceMajor, FIELDS.deviceMinor])
    writeNumber(block, field, 0);
  writeNumber(block, FIELDS.mode, mode & 0o777);
  writeNumber(block, FIELDS.size, size);
  writeNumber(block, FIELDS.mtime, toHeaderTime(mtimeNs));
  write(type, FIELDS.type);
  write(target, FIELDS.linkName);
  write(type === 'L' || type === 'K' ? GNU_MAGIC : POSIX_MAGIC, FIELDS.magic);
  write(prefix, FIELDS.prefix);
  write(`${checksumOf(block).toString(8).padStart(6, '0')}\0 `, FIELDS.checksum);
  return block;
}
