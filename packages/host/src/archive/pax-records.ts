import { invalid } from './fault.ts';

/** What a pax extended header says of the one entry after it; everything else in it is ignored (row 50). */
export interface PaxRecords {
  readonly path?: string;
  readonly linkpath?: string;
  readonly size?: number;
  readonly mtimeNs?: bigint;
  /** The body is a map and pieces of a file with holes, not the file. */
  readonly isSparse: boolean;
}

const KNOWN_KEYS = ['path', 'linkpath', 'size', 'mtime'] as const;

type KnownKey = (typeof KNOWN_KEYS)[number];

/** `body` is latin1. Throws ARCHIVE_INVALID where it is not whole records, or says twice what readers may take either of. */
export function parsePaxRecords(body: string): PaxRecords {
  const known = new Map<KnownKey, string>();
  let isSparse = false;
  for (const [key, value] of splitRecords(body)) {
    if (key.startsWith('GNU.sparse.')) isSparse = true;
    if (!isKnown(key)) continue;
    if (known.has(key)) throw invalid(`an extended header says ${key} twice`);
    known.set(key, value);
  }
  const [path, linkpath, size, mtime] = KNOWN_KEYS.map((key) => known.get(key));
  return {
    isSparse,
    ...(path !== undefined && { path }),
    ...(linkpath !== undefined && { linkpath }),
    ...(size !== undefined && { size: parseSize(size) }),
    ...(mtime !== undefined && { mtimeNs: parseTime(mtime) }),
  };
}

/** `<length of the whole record> <key>=<value>\n`, back to back. */
function* splitRecords(body: string): Generator<readonly [string, string]> {
  for (let start = 0; start < body.length;) {
    const [, digits] = /^([1-9]\d{0,6}) /.exec(body.slice(start, start + 8)) ?? [];
    if (digits === undefined) throw invalid('an extended header has a record without a length');
    const end = start + Number(digits);
    const record = body.slice(start + digits.length + 1, end - 1);
    const equals = record.indexOf('=');
    if (equals < 1 || body[end - 1] !== '\n')
      throw invalid('an extended header has a record of a wrong length');
    yield [record.slice(0, equals), record.slice(equals + 1)];
    start = end;
  }
}

function isKnown(key: string): key is KnownKey {
  return (KNOWN_KEYS as readonly string[]).includes(key);
}

function parseSize(text: string): number {
  const size = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(size)) throw invalid(`"${text}" is not a size`);
  return size;
}

/** Seconds with any number of decimals, cut to nanoseconds. */
function parseTime(text: string): bigint {
  const [, sign, whole, decimals = ''] = /^(-?)(\d{1,16})(?:\.(\d{0,100}))?$/.exec(text) ?? [];
  if (whole === undefined) throw invalid(`"${text}" is not a time`);
  const ns = BigInt(whole) * 1_000_000_000n + BigInt(decimals.slice(0, 9).padEnd(9, '0'));
  return sign === '-' ? -ns : ns;
}

/** One record. Its length counts its own digits. `key` and `value` are latin1. */
export function formatPaxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return `${length}${rest}`;
}

/** Seconds with as many decimals as it takes. */
export function formatPaxTime(ns: bigint): string {
  const distance = ns < 0n ? -ns : ns;
  const decimals = String(distance % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  const whole = `${ns < 0n ? '-' : ''}${distance / 1_000_000_000n}`;
  return decimals === '' ? whole : `${whole}.${decimals}`;
}
