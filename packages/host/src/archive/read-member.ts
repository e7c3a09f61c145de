import type { ByteSource } from './byte-source.ts';
import { invalid, tooMuch } from './fault.ts';
import { parseHeader, type TarHeader } from './header.ts';
import { parsePaxRecords, type PaxRecords } from './pax-records.ts';
import { BLOCK_BYTES, MAX_OCTAL, paddingOf } from './tar-format.ts';

/** A header with what its extended headers say instead. The body follows in the stream, `size` bytes and padding. */
export interface Member {
  readonly type: string;
  readonly name: string;
  readonly target: string;
  readonly mode: number;
  readonly mtimeNs: bigint;
  readonly size: number;
  readonly isSparse: boolean;
}

/** At most one of each before a member: a chain of them is refused (row 59). */
interface Extensions {
  pax?: PaxRecords;
  longName?: string;
  longLink?: string;
}

const MAX_PAX_BYTES = 256 * 1024;
const MAX_LONG_NAME_BYTES = 64 * 1024;
const MAX_END_PADDING_BYTES = 1024 * 1024;
const ZERO_BLOCK = Buffer.alloc(BLOCK_BYTES);

/** The next member, or `undefined` after the two blocks of zeros that end an archive, and nothing but zeros after them. */
export async function readMember(source: ByteSource): Promise<Member | undefined> {
  const extensions: Extensions = {};
  for (;;) {
    const block = await source.take(BLOCK_BYTES);
    if (block.equals(ZERO_BLOCK)) {
      if (Object.keys(extensions).length > 0) throw invalid('it ends after an extended header');
      await requireEnd(source);
      return undefined;
    }
    const header = parseHeader(block);
    if (!(await addExtension(extensions, header, source))) return combine(header, extensions);
  }
}

/** False where `header` is a member's own. */
async function addExtension(extensions: Extensions, header: TarHeader, source: ByteSource): Promise<boolean> {
  switch (header.type) {
    case 'x':
      if (extensions.pax !== undefined) throw invalid('an entry has two extended headers');
      extensions.pax = parsePaxRecords(await readText(source, header.size, MAX_PAX_BYTES));
      return true;
    case 'L':
      if (extensions.longName !== undefined) throw invalid('an entry has two long names');
      extensions.longName = cutAtNul(await readText(source, header.size, MAX_LONG_NAME_BYTES));
      return true;
    case 'K':
      if (extensions.longLink !== undefined) throw invalid('an entry has two long link targets');
      extensions.longLink = cutAtNul(await readText(source, header.size, MAX_LONG_NAME_BYTES));
      return true;
    case 'g':
      throw invalid('it has a global extended header');
    case 'S':
      // Its body is preceded by a map of any length that the header's size doesn't count.
      throw invalid('it has a sparse file of the old GNU format');
    default:
      return false;
  }
}

async function readText(source: ByteSource, size: number, limit: number): Promise<string> {
  if (size > limit) throw tooMuch('bytes in one extended header', limit);
  return (await source.take(size + paddingOf(size))).toString('latin1', 0, size);
}

function cutAtNul(text: string): string {
  const end = text.indexOf('\0');
  if (end === -1) return text;
  if (/[^\0]/.test(text.slice(end))) throw invalid('a long name goes on after its end');
  return text.slice(0, end);
}

function combine(header: TarHeader, { pax, longName, longLink }: Extensions): Member {
  return {
    type: header.type,
    name: agree(pax?.path, longName) ?? header.name,
    target: agree(pax?.linkpath, longLink) ?? header.linkName,
    mode: header.mode & 0o777,
    mtimeNs: pax?.mtimeNs ?? BigInt(header.mtime) * 1_000_000_000n,
    size: agreeOnSize(header, pax?.size),
    isSparse: pax?.isSparse ?? false,
  };
}

/** Two readers that trust different headers must not see different names. */
function agree(pax: string | undefined, gnu: string | undefined): string | undefined {
  if (pax !== undefined && gnu !== undefined && pax !== gnu) throw invalid('two extended headers disagree');
  return pax ?? gnu;
}

/**
 * Where header and extended header name different sizes, a reader that trusts the other one would take a body for
 * headers (row 55, CVE-2025-62518). Only what a writer can't say in the header may be said elsewhere.
 */
function agreeOnSize(header: TarHeader, paxSize: number | undefined): number {
  if (paxSize === undefined || paxSize === header.size) return header.size;
  const isUnsayable = paxSize > MAX_OCTAL && (header.size === 0 || header.size === MAX_OCTAL);
  if (!isUnsayable) throw invalid('a header and its extended header name different sizes');
  return paxSize;
}

async function requireEnd(source: ByteSource): Promise<void> {
  if (!(await source.take(BLOCK_BYTES)).equals(ZERO_BLOCK)) throw invalid('one block of zeros is no end');
  for (let seen = 0; seen <= MAX_END_PADDING_BYTES;) {
    const piece = await source.next(BLOCK_BYTES);
    if (piece === undefined) return;
    if (piece.some((byte) => byte !== 0)) throw invalid('something follows its end');
    seen += piece.length;
  }
  throw tooMuch('bytes of padding after its end', MAX_END_PADDING_BYTES);
}
