import type { Readable } from 'node:stream';

const MAX_BYTES = 4096;

/** The first few KiB of a stream that is read to its end or its error; never rejects, never holds more. */
export function readHead(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve) => {
    const finish = () => resolve(Buffer.concat(chunks).subarray(0, MAX_BYTES).toString('utf8'));
    stream.on('data', (chunk: Buffer) => {
      if (length < MAX_BYTES) chunks.push(chunk);
      length += chunk.length;
    });
    stream.once('close', finish).once('end', finish).once('error', finish);
  });
}
