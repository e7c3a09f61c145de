import { invalid } from './fault.ts';
import { readNumber } from './number-field.ts';
import { BLOCK_BYTES, FIELDS, GNU_MAGIC, POSIX_MAGIC } from './tar-format.ts';

/** One header block as it was sent; names are latin1 bytes. */
export interface TarHeader {
  /** The type flag, one character; NUL is given as `0`, a file. */
  readonly type: string;
  readonly name: string;
  readonly linkName: string;
  readonly mode: number;
  readonly size: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
}

/** Throws ARCHIVE_INVALID where the checksum, the magic or a number is wrong. */
export function parseHeader(block: Buffer): TarHeader {
  if (readNumber(block, FIELDS.checksum) !== checksumOf(block))
    throw invalid('a header has a wrong checksum');
  const size = readNumber(block, FIELDS.size);
  if (size < 0) throw invalid('a size is negative');
  const type = latin1(block, FIELDS.type);
  return {
    type: type === '\0' ? '0' : type,
    name: readName(block),
    linkName: readString(block, FIELDS.linkName),
    mode: readNumber(block, FIELDS.mode),
    size,
    mtime: readNumber(block, FIELDS.mtime),
  };
}

/** The sum of all bytes of a header, its checksum field taken as spaces. */
export function checksumOf(block: Uint8Array): number {
  const [offset, length] = FIELDS.checksum;
  let sum = 0;
  for (let index = 0; index < BLOCK_BYTES; index += 1) {
    const isChecksum = index >= offset && index < offset + length;
    sum += isChecksum ? 0x20 : (block[index] ?? 0);
  }
  return sum;
}

function readName(block: Buffer): string {
  const magic = latin1(block, FIELDS.magic);
  const name = readString(block, FIELDS.name);
  if (magic === GNU_MAGIC) return name;
  if (magic !== POSIX_MAGIC) throw invalid('a header is of no known format');
  const prefix = readString(block, FIELDS.prefix);
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Up to the first NUL or the field's end. */
function readString(block: Buffer, field: readonly [number, number]): string {
  const text = latin1(block, field);
  const end = text.indexOf('\0');
  return end === -1 ? text : text.slice(0, end);
}

function latin1(block: Buffer, [offset, length]: readonly [number, number]): string {
  return block.toString('latin1', offset, offset + length);
}
