import { expect, test } from 'vitest';

import { readArchive } from '../index.ts';
import { cut, END, member, NO_LIMITS, pax } from './tar-block.fixture.ts';

const AFTER = member({ name: 'after', body: 'kept' });
const TWO = Buffer.concat([member({ name: 'one', body: 'x'.repeat(2000) }), AFTER, END]);

test('what is left of a body is skipped, also after a part of it was read', async () => {
  const names: string[] = [];
  for await (const item of readArchive(cut(TWO, 300), NO_LIMITS)) {
    if (!('entry' in item)) continue;
    names.push(item.entry.path);
    for await (const piece of item.body) if (piece.length > 0) break;
  }
  expect(names).toEqual(['one', 'after']);
});

test('a body kept for later is refused, not cut short', async () => {
  const bodies: AsyncIterable<Uint8Array>[] = [];
  for await (const item of readArchive(cut(TWO, 300), NO_LIMITS)) if ('entry' in item) bodies.push(item.body);
  expect(bodies).toHaveLength(2);
  for (const body of bodies) await expect(drain(body)).rejects.toThrow('before the next entry');
});

test('a source is closed when its reader stops', async () => {
  let isClosed = false;
  async function* stream() {
    try {
      yield* cut(TWO, 300);
    } finally {
      isClosed = true;
    }
  }
  for await (const item of readArchive(stream(), NO_LIMITS)) if ('entry' in item) break;
  expect(isClosed).toBe(true);
});

test('a source’s own error is passed on as it is', async () => {
  const failure = new TypeError('of the source');
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield TWO.subarray(0, 600);
    throw failure;
  }
  await expect(drain(readArchive(stream(), NO_LIMITS))).rejects.toBe(failure);
});

test('a file beyond 8 GiB, as GNU tar writes it, is read to its end', async () => {
  const size = 2 ** 33 + 5;
  const mebibyte = Buffer.alloc(1024 * 1024);
  async function* stream() {
    yield Buffer.concat([pax({ size: String(size) }), member({ size: '00000000000' })]);
    for (let sent = 0; sent < 2 ** 33; sent += mebibyte.length) yield mebibyte;
    yield Buffer.concat([Buffer.alloc(512), AFTER, END]);
  }
  const sizes: number[] = [];
  for await (const item of readArchive(stream(), NO_LIMITS)) if ('entry' in item) sizes.push(item.entry.size);
  expect(sizes).toEqual([size, 4]);
});

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}
