import fs from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { expect } from 'vitest';

import { asRelPath, isClamshellError } from '@clamshell/core';
import { readArchive } from '@clamshell/host';
import { parseScan } from '@clamshell/sync-mirror';

import { randomSource } from './mirror-editors.ts';

const corpus = new URL('corpus/', import.meta.url);

/** What the readers of a sandbox's bytes were given in earnest, by file name; archives are packed. */
export function readCorpus(): readonly (readonly [name: string, bytes: Buffer])[] {
  return fs
    .readdirSync(corpus)
    .filter((name) => name !== 'README.md')
    .map((name) => {
      const bytes = fs.readFileSync(new URL(name, corpus));
      return [name, name.endsWith('.gz') ? gunzipSync(bytes) : bytes];
    });
}

/** One to four changes: bits, bytes, blocks moved or repeated, numbers at their bounds, a cut. The same for a seed. */
export function mutate(bytes: Buffer, seed: number): Buffer {
  const random = randomSource(seed);
  let changed: Buffer = Buffer.from(bytes);
  for (let count = 1 + random(4); count > 0; count -= 1) changed = mutateOnce(changed, random);
  return changed;
}

const BOUNDS = [
  '77777777777\0',
  '-0000000001\0',
  '\x80\x7f\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff',
  '\xff'.repeat(12),
  '99999999999999999999',
];

function mutateOnce(bytes: Buffer, random: (below: number) => number): Buffer {
  if (bytes.length === 0) return bytes;
  const at = random(bytes.length);
  const block = 512 * random(Math.ceil(bytes.length / 512));
  switch (random(6)) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
      return bytes;
    case 1:
      bytes[at] = random(256);
      return bytes;
    case 2:
      bytes.write(BOUNDS[random(BOUNDS.length)] ?? '', at, 'latin1');
      return bytes;
    case 3:
      return bytes.subarray(0, at);
    case 4:
      return Buffer.concat([bytes, bytes.subarray(block, block + 512)]);
    default:
      return Buffer.concat([bytes.subarray(0, block), bytes.subarray(at)]);
  }
}

const LIMITS = { maxEntries: 1000, maxTotalBytes: 2 ** 20, maxFileBytes: 2 ** 20 };

/** Reads it all; whatever it is, entries have names inside, bodies their length, and faults a code of ours. */
export async function tryArchive(bytes: Buffer): Promise<'read' | 'refused'> {
  try {
    for await (const item of readArchive(inPieces(bytes), LIMITS)) {
      if ('refused' in item) continue;
      expect(asRelPath(item.entry.path)).toBe(item.entry.path);
      expect(item.entry.mode & ~0o777).toBe(0);
      let length = 0;
      for await (const chunk of item.body) length += chunk.length;
      expect(length).toBe(item.entry.size);
    }
    return 'read';
  } catch (error) {
    return expectRefusal(error, ['ARCHIVE_INVALID', 'LIMIT_EXCEEDED']);
  }
}

async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 700) yield bytes.subarray(at, at + 700);
}

export function tryScan(bytes: Buffer): 'read' | 'refused' {
  try {
    const scan = parseScan(bytes.toString('latin1'));
    if (scan.root === 'directory')
      for (const path of scan.scan.tree.keys()) expect(asRelPath(path)).toBe(path);
    return 'read';
  } catch (error) {
    return expectRefusal(error, ['SYNC_REPLY_INVALID', 'SANDBOX_UNFIT']);
  }
}

function expectRefusal(error: unknown, codes: readonly string[]): 'refused' {
  if (!isClamshellError(error)) throw error;
  expect(codes).toContain(error.code);
  return 'refused';
}
