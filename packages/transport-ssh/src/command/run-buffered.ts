import {
  type BufferedCommand,
  type BufferedResult,
  type ByteSink,
  type CallOptions,
  CommandError,
} from '@clamshell/core';

import { feedBytes } from './feed-bytes.ts';
import type { CommandStarter, SpawnedCommand } from './spawn-command.ts';

/** The buffered form: all of standard input at once, both outputs whole. */
export async function runBuffered(
  starter: CommandStarter,
  command: BufferedCommand,
  { signal }: CallOptions = {},
): Promise<BufferedResult> {
  const spawned = await starter.spawn(command, signal);
  const { process } = spawned;
  const [stdout, stderr] = await Promise.all([
    collect(process.stdout, spawned, command.maxOutputBytes),
    collect(process.stderr, spawned, command.maxOutputBytes),
    feed(process.stdin, command.stdin),
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
