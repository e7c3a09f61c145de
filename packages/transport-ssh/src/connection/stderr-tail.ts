import type { Readable } from 'node:stream';

/** What a tunnel's program said is for an error message: its last words are enough. */
const MAX_BYTES = 8 * 1024;

/** Reads `stream` to its end and keeps the last 8 KiB. */
export function keepTail(stream: Readable): () => string {
  let tail = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-MAX_BYTES);
  });
  stream.on('error', () => {});
  return () => tail.toString('utf8').trim();
}
