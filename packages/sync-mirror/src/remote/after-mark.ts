import { MAX_NOISE_BYTES } from '../limits.ts';
import { invalidReply } from '../scan/reply-fields.ts';

/** What follows the line that is `mark`; whatever a login profile printed before it is dropped. */
export async function* afterMark(
  output: AsyncIterable<Uint8Array>,
  mark: string,
): AsyncGenerator<Uint8Array> {
  const line = Buffer.from(`\n${mark}\n`, 'latin1');
  let noise: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of output) {
    if (noise === undefined) {
      yield chunk;
      continue;
    }
    noise = Buffer.concat([noise, chunk]);
    const start = noise.indexOf(line);
    if (start === -1) {
      if (noise.length > MAX_NOISE_BYTES) throw invalidReply('it does not begin where it should');
      continue;
    }
    const rest = noise.subarray(start + line.length);
    noise = undefined;
    if (rest.length > 0) yield rest;
  }
  if (noise !== undefined) throw invalidReply('it never began');
}
