import type { ByteSink } from '../ports/shell-runner.ts';

/** What is handed over at once, so that a writer notices a slow reader. */
const PIECE_BYTES = 256 * 1024;

export async function feedBytes(stdin: ByteSink, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES)
    await stdin.write(bytes.subarray(at, at + PIECE_BYTES));
}
