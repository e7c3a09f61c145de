import { asRelPath, type FileEntry, type RelPath } from '@clamshell/core';

import { replyInvalid } from './frame-reader.ts';

/**
 * Raw mode in hex, size, links, whole seconds with a fraction; or, from `stat`, the human form after the seconds, which
 * alone has the fraction there. GNU and busybox agree so far.
 */
const ENTRY =
  /^([0-9a-f]{1,8}) (\d{1,16}) (\d{1,9}) (-?\d{1,12})(?: [-0-9]+ [0-9:]+)?(?:\.(\d{1,9}))?(?: [-+0-9]+)?$/;

export function parseEntry(field: Uint8Array | undefined): FileEntry {
  return parseEntryText(Buffer.from(field ?? []).toString('latin1'));
}

function parseEntryText(text: string): FileEntry {
  const [, mode = '', sizeText = '', links = '', seconds = '', fraction = ''] = ENTRY.exec(text) ?? [];
  const size = Number(sizeText);
  if (mode === '' || !Number.isSafeInteger(size)) throw replyInvalid('not an entry');
  const mtimeNs = BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
  const raw = Number.parseInt(mode, 16);
  return { kind: kindOf(raw), size, mtimeNs, mode: raw & 0o777, links: Number(links) };
}

/** Entries below a directory as `ENTRY//PATH NUL`, then an empty record: nothing absolute, none that leads out, none twice. */
export function parseRecords(field: Uint8Array | undefined): readonly (FileEntry & { path: RelPath })[] {
  const text = Buffer.from(field ?? []).toString('latin1');
  const records = text.split('\0');
  if (records.pop() !== '' || records.pop() !== '') throw replyInvalid('records without an end');
  const seen = new Set<string>();
  return records.map((record) => {
    const cut = record.indexOf('//');
    const path = asRelPath(record.slice(cut + 2));
    if (cut === -1 || path === undefined || seen.has(path)) throw replyInvalid('not a name');
    seen.add(path);
    return { ...parseEntryText(record.slice(0, cut)), path };
  });
}

export interface Match {
  readonly path: RelPath;
  readonly line: number;
  readonly text: string;
}

/** Lines of files as `PATH NUL LINE NUL TEXT NUL`, then an empty record. */
export function parseMatches(field: Uint8Array | undefined): readonly Match[] {
  const parts = Buffer.from(field ?? [])
    .toString('latin1')
    .split('\0');
  if (parts.pop() !== '' || parts.pop() !== '') throw replyInvalid('matches without an end');
  const matches: Match[] = [];
  for (let index = 0; index < parts.length; index += 3) {
    const [path, line, text] = [asRelPath(parts[index] ?? ''), Number(parts[index + 1]), parts[index + 2]];
    if (path === undefined || !Number.isSafeInteger(line) || line < 1 || text === undefined) {
      throw replyInvalid('not a match');
    }
    matches.push({ path, line, text: Buffer.from(text, 'latin1').toString('utf8') });
  }
  return matches;
}

function kindOf(mode: number): FileEntry['kind'] {
  const FORMATS: Readonly<Record<number, FileEntry['kind']>> = {
    0x8: 'file',
    0x4: 'directory',
    0xa: 'symlink',
  };
  return FORMATS[(mode >> 12) & 0xf] ?? 'special';
}
