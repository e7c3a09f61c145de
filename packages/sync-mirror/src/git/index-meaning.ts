import { createHash, type Hash } from 'node:crypto';

import { isClamshellError } from '@clamshell/core';

import { invalidReply } from '../scan/reply-fields.ts';

/**
 * A sha256 of what a git index says: names, modes, objects, stages and flags, and the extensions that bear meaning. Not of
 * the times and inodes it remembers, which differ on every machine. Bytes that are no index are hashed as they are.
 */
export function digestIndex(bytes: Buffer): string {
  for (const idBytes of [20, 32]) {
    const digest = attempt(bytes, idBytes);
    if (digest !== undefined) return digest;
  }
  return createHash('sha256').update(bytes).digest('hex');
}

const STAT_BYTES = 40;
const MODE_AT = 24;
const HEADER_BYTES = 12;

interface Cursor {
  readonly bytes: Buffer;
  readonly idBytes: number;
  readonly version: number;
  readonly hash: Hash;
  at: number;
  name: Buffer;
}

function attempt(bytes: Buffer, idBytes: number): string | undefined {
  if (bytes.length < HEADER_BYTES + idBytes || bytes.toString('latin1', 0, 4) !== 'DIRC') return undefined;
  const version = bytes.readUInt32BE(4);
  if (version < 2 || version > 4) return undefined;
  const name = Buffer.alloc(0);
  const cursor: Cursor = { bytes, idBytes, version, hash: createHash('sha256'), at: HEADER_BYTES, name };
  try {
    for (let left = bytes.readUInt32BE(8); left > 0; left -= 1) readEntry(cursor);
    return readExtensions(cursor) ? cursor.hash.digest('hex') : undefined;
  } catch (error) {
    // A read past the end, or what no index holds.
    if (error instanceof RangeError || isClamshellError(error)) return undefined;
    throw error;
  }
}

const EXTENDED = 0x4000;
const NAME_LENGTH = 0x0fff;

function readEntry(cursor: Cursor): void {
  const { bytes, idBytes, version, hash } = cursor;
  const start = cursor.at;
  const flagsAt = start + STAT_BYTES + idBytes;
  const flags = bytes.readUInt16BE(flagsAt);
  const isExtended = version >= 3 && (flags & EXTENDED) !== 0;
  const more = isExtended ? bytes.readUInt16BE(flagsAt + 2) : 0;
  cursor.at = flagsAt + (isExtended ? 4 : 2);
  if (version === 4) readPrefixedName(cursor);
  else readPaddedName(cursor, start);
  const meant = Buffer.alloc(8);
  meant.writeUInt32BE(bytes.readUInt32BE(start + MODE_AT), 0);
  meant.writeUInt16BE(flags & ~NAME_LENGTH & ~EXTENDED, 4);
  meant.writeUInt16BE(more, 6);
  hash.update(meant).update(bytes.subarray(start + STAT_BYTES, flagsAt));
  hash.update(cursor.name).update('\0');
}

/** NUL-ended, then filled with NUL up to a multiple of eight bytes. */
function readPaddedName(cursor: Cursor, start: number): void {
  const end = endOfName(cursor);
  cursor.name = cursor.bytes.subarray(cursor.at, end);
  cursor.at = start + ((end - start + 8) & ~7);
}

/** How much of the name before is dropped, then the rest of this one. */
function readPrefixedName(cursor: Cursor): void {
  const dropped = readVariable(cursor);
  if (dropped > cursor.name.length) throw invalidReply('a git index is malformed');
  const end = endOfName(cursor);
  const kept = cursor.name.subarray(0, cursor.name.length - dropped);
  cursor.name = Buffer.concat([kept, cursor.bytes.subarray(cursor.at, end)]);
  cursor.at = end + 1;
}

function endOfName({ bytes, at }: Cursor): number {
  const end = bytes.indexOf(0, at);
  if (end === -1) throw invalidReply('a git index is malformed');
  return end;
}

function readVariable(cursor: Cursor): number {
  let byte = cursor.bytes.readUInt8(cursor.at++);
  let value = byte & 0x7f;
  while ((byte & 0x80) !== 0) {
    byte = cursor.bytes.readUInt8(cursor.at++);
    value = (value + 1) * 128 + (byte & 0x7f);
    if (value > 0xffff) throw invalidReply('a git index is malformed');
  }
  return value;
}

/** Caches that git makes anew; all others count. */
const CACHES: ReadonlySet<string> = new Set(['TREE', 'UNTR', 'FSMN', 'EOIE', 'IEOT']);

/** True where the last one ends at the checksum. */
function readExtensions(cursor: Cursor): boolean {
  const { bytes, hash } = cursor;
  const end = bytes.length - cursor.idBytes;
  while (cursor.at < end) {
    const name = bytes.toString('latin1', cursor.at, cursor.at + 4);
    const next = cursor.at + 8 + bytes.readUInt32BE(cursor.at + 4);
    if (next > end) return false;
    if (!CACHES.has(name)) hash.update(bytes.subarray(cursor.at, next));
    cursor.at = next;
  }
  return cursor.at === end;
}
