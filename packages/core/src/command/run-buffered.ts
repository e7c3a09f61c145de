import { CommandError } from '../errors/clamshell-error.ts';
import type { BufferedCommand, BufferedResult, ByteSink, RemoteProcess } from '../ports/shell-runner.ts';
import { feedBytes } from './feed-bytes.ts';

/** A running command that can be ended for a reason. */
export interface SpawnedCommand {
  readonly process: RemoteProcess;
  /** Ends the remote process tree; every call under way then rejects with `reason`. */
  stop(reason: unknown): Promise<void>;
}

/** The buffered form over the streaming one: all of standard input at once, both outputs whole. */
export async function runBuffered(
  spawned: SpawnedCommand,
  { stdin, maxOutputBytes }: Pick<BufferedCommand, 'stdin' | 'maxOutputBytes'>,
): Promise<BufferedResult> {
  const { process } = spawned;
  const [stdout, stderr] = await Promise.all([
    collect(process.stdout, spawned, maxOutputBytes),
    collect(process.stderr, spawned, maxOutputBytes),
    feed(process.stdin, stdin),
  ]);
  const { code } = await process.exit;
  return { code, stdout, stderr };
}

async function collect(
  output: AsyncIterable<Uint8Array>,
  spawned: SpawnedCommand,
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of output) {
    size += chunk.length;
    if (size > maxBytes) {
      const limit = new CommandError('OUTPUT_LIMIT', `The command printed more than ${maxBytes} bytes`);
      await spawned.stop(limit);
      throw limit;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

async function feed(stdin: ByteSink, bytes: Uint8Array | undefined): Promise<void> {
  if (bytes !== undefined) await feedBytes(stdin, bytes);
  await stdin.end();
}
