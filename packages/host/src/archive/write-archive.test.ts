import { expect, test } from 'vitest';

import { parseRelPath } from '@clamshell/core';

import { type ArchiveEntry, type ArchiveSource, writeArchive } from '../index.ts';

const file = (size: number): ArchiveEntry => ({
  path: parseRelPath('file'),
  kind: 'file',
  mode: 0o644,
  mtimeNs: 0n,
  size,
});

async function* one(source: ArchiveSource): AsyncGenerator<ArchiveSource> {
  yield source;
}

async function sizesOf(source: ArchiveSource): Promise<number[]> {
  const sizes: number[] = [];
  for await (const chunk of writeArchive(one(source))) sizes.push(chunk.length);
  return sizes;
}

test.each([
  ['shorter', [Buffer.from('abc')]],
  ['shorter', undefined],
  ['longer', [Buffer.from('abc'), Buffer.from('de')]],
])('a body that is %s than its entry says is refused', async (how, body) => {
  const source = { entry: file(4), ...(body !== undefined && { body }) };
  await expect(sizesOf(source)).rejects.toMatchObject({
    name: 'SyncError',
    message: expect.stringContaining(how),
  });
});

test('small pieces are joined into large chunks', async () => {
  const body = Array.from({ length: 5000 }, () => Buffer.alloc(100));
  const sizes = await sizesOf({ entry: file(500_000), body });
  expect(sizes.slice(0, -1).every((size) => size === 128 * 1024)).toBe(true);
  expect(sizes.reduce((sum, size) => sum + size)).toBe(512 + 500_224 + 1024);
});

test('a piece’s memory may be used again at once', async () => {
  const shared = Buffer.alloc(4);
  function* body() {
    for (const byte of [1, 2, 3]) yield shared.fill(byte);
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeArchive(one({ entry: file(12), body: body() }))) chunks.push(chunk);
  expect([...Buffer.concat(chunks).subarray(512, 524)]).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
});

test('a size beyond 8 GiB is in the header in base 256 and in a pax record', async () => {
  const stopped = new AbortController();
  async function* body() {
    yield Buffer.alloc(128 * 1024);
    stopped.abort();
    yield Buffer.alloc(128 * 1024);
  }
  for await (const chunk of writeArchive(one({ entry: file(2 ** 33 + 1), body: body() }))) {
    const text = Buffer.from(chunk).toString('latin1');
    expect(text).toContain('size=8589934593\n');
    expect(text.slice(1024 + 124, 1024 + 136)).toBe('\x80\0\0\0\0\0\0\x02\0\0\0\x01');
    break;
  }
  expect(stopped.signal.aborted).toBe(false);
});
