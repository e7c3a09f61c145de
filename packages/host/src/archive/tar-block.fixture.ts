import type { ArchiveEntry, ArchiveItem, ReadArchiveLimits } from '../index.ts';
import { readArchive } from '../index.ts';

export const NO_LIMITS: ReadArchiveLimits = { maxEntries: 1e6, maxTotalBytes: 1e15, maxFileBytes: 1e15 };

export interface RawMember {
  readonly name?: string;
  readonly type?: string;
  readonly link?: string;
  readonly mode?: string;
  /** The field's own bytes; the body's length in octal when left out. */
  readonly size?: string;
  readonly mtime?: string;
  readonly magic?: string;
  readonly prefix?: string;
  readonly body?: string;
  /** Added to the right checksum. */
  readonly checksumError?: number;
}

/** One member as any writer, however hostile, may send it: no field is looked at. Latin1. */
export function member(raw: RawMember): Buffer {
  const body = Buffer.from(raw.body ?? '', 'latin1');
  const block = Buffer.alloc(512);
  block.write(raw.name ?? 'name', 0, 100, 'latin1');
  block.write(raw.mode ?? '0000644', 100, 8, 'latin1');
  block.write(raw.size ?? body.length.toString(8).padStart(11, '0'), 124, 12, 'latin1');
  block.write(raw.mtime ?? '00000000000', 136, 12, 'latin1');
  block.write(' '.repeat(8), 148, 8, 'latin1');
  block.write(raw.type ?? '0', 156, 1, 'latin1');
  block.write(raw.link ?? '', 157, 100, 'latin1');
  block.write(raw.magic ?? 'ustar\x0000', 257, 8, 'latin1');
  block.write(raw.prefix ?? '', 345, 155, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, raw.checksumError ?? 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8, 'latin1');
  return Buffer.concat([block, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

/** A pax extended header of the given records. */
export function pax(records: Readonly<Record<string, string>>): Buffer {
  const body = Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    const length = [1, 2, 3, 4, 5, 6]
      .map((digits) => rest.length + digits)
      .find((n) => `${n}${rest}`.length === n);
    return `${length}${rest}`;
  });
  return member({ name: 'PaxHeaders/x', type: 'x', body: body.join('') });
}

export const END = Buffer.alloc(1024);

/** What a reader makes of an item whose body it read whole. */
export type Seen =
  | { readonly entry: ArchiveEntry; readonly body: string }
  | { readonly refused: string; readonly name: string };

export interface ReadAllOptions {
  readonly limits?: ReadArchiveLimits;
  readonly chunkBytes?: number;
  /** Holds what was read whole, also when the reading fails. */
  readonly into?: Seen[];
}

export async function readAll(archive: Uint8Array, options: ReadAllOptions = {}): Promise<Seen[]> {
  const { limits = NO_LIMITS, chunkBytes = 700, into = [] } = options;
  for await (const item of readArchive(cut(archive, chunkBytes), limits)) {
    into.push('entry' in item ? { entry: item.entry, body: await readBody(item) } : item);
  }
  return into;
}

async function readBody({ body }: Extract<ArchiveItem, { body: unknown }>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece.slice());
  return Buffer.concat(pieces).toString('latin1');
}

export async function* cut(archive: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < archive.length; at += chunkBytes) yield archive.subarray(at, at + chunkBytes);
}
