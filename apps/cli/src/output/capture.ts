/** Text of a command's output inside a JSON result: base64 where it is not UTF-8. */
export interface Captured {
  readonly text: string;
  readonly encoding: 'utf8' | 'base64';
  /** True where the output went on beyond the cap. */
  readonly truncated: boolean;
}

/** Cap of each output inside the JSON result, in bytes; the rest is read and dropped. */
export const CAPTURE_LIMIT = 1024 * 1024;

export async function capture(source: AsyncIterable<Uint8Array>): Promise<Captured> {
  const chunks: Uint8Array[] = [];
  let kept = 0;
  let truncated = false;
  for await (const chunk of source) {
    const part = chunk.subarray(0, CAPTURE_LIMIT - kept);
    truncated ||= part.length < chunk.length;
    if (part.length > 0) chunks.push(part);
    kept += part.length;
  }
  return encode(Buffer.concat(chunks), truncated);
}

function encode(bytes: Buffer, truncated: boolean): Captured {
  try {
    // As a stream where it was cut: the last character may be half there.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, {
      stream: truncated,
    });
    return { text, encoding: 'utf8', truncated };
  } catch {
    return { text: bytes.toString('base64'), encoding: 'base64', truncated };
  }
}
