import type { FileEntry } from '@clamshell/core';

/** Why a program did nothing: the words its `refuse` prints. */
export type Refusal = 'missing' | 'no-root' | 'escapes' | 'symlink' | 'kind' | 'access';

export type Reply =
  | { readonly status: 'refused'; readonly refusal: Refusal }
  | { readonly status: 'entry'; readonly entry: FileEntry }
  /** `size` is what the file had when it was opened; `body` is what came. */
  | { readonly status: 'content'; readonly size: number; readonly body: Uint8Array };

const REFUSED = /^refused (missing|no-root|escapes|symlink|kind|access)$/;
/** Raw mode in hex, size, whole seconds, and the human form, which alone has the fraction: GNU and busybox agree so far. */
const ENTRY = /^entry ([0-9a-f]{1,8}) (\d{1,16}) (-?\d{1,12}) [-0-9]+ [0-9:]+(?:\.(\d{1,9}))?(?: [-+0-9]+)?$/;
const CONTENT = /^content (\d{1,16})$/;

/** `undefined` for everything that our programs do not say. The sandbox may send anything. */
export function parseReply(bytes: Uint8Array): Reply | undefined {
  const end = bytes.indexOf(0x0a);
  if (end === -1) return undefined;
  const line = Buffer.from(bytes.subarray(0, end)).toString('latin1');
  const body = bytes.subarray(end + 1);
  return (
    parseContent(line, body) ?? (body.length === 0 ? (parseRefusal(line) ?? parseEntry(line)) : undefined)
  );
}

function parseContent(line: string, body: Uint8Array): Reply | undefined {
  const size = sizeOf(CONTENT.exec(line)?.[1]);
  return size === undefined ? undefined : { status: 'content', size, body };
}

function parseRefusal(line: string): Reply | undefined {
  const refusal = REFUSED.exec(line)?.[1] as Refusal | undefined;
  return refusal === undefined ? undefined : { status: 'refused', refusal };
}

function parseEntry(line: string): Reply | undefined {
  const [, mode = '', sizeText, seconds = '0', fraction = ''] = ENTRY.exec(line) ?? [];
  const size = sizeOf(sizeText);
  if (size === undefined) return undefined;
  const mtimeNs = BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
  const raw = Number.parseInt(mode, 16);
  return { status: 'entry', entry: { kind: kindOf(raw), size, mtimeNs, mode: raw & 0o777 } };
}

function sizeOf(text: string | undefined): number | undefined {
  return text !== undefined && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}

function kindOf(mode: number): FileEntry['kind'] {
  const FORMATS: Readonly<Record<number, FileEntry['kind']>> = {
    0x8: 'file',
    0x4: 'directory',
    0xa: 'symlink',
  };
  return FORMATS[(mode >> 12) & 0xf] ?? 'special';
}
