import { once } from 'node:events';

import type { RemoteProcess } from '@clamshell/core';

import type { CliStreams } from './streams.ts';

/** Joins a command's standard streams to ours until both outputs end. */
export async function pumpStreams(process: RemoteProcess, streams: CliStreams): Promise<void> {
  using _stdin = pumpStdin(process, streams.stdin);
  await Promise.all([writeAll(process.stdout, streams.stdout), writeAll(process.stderr, streams.stderr)]);
}

/** Feeds our stdin to the command until either ends. Disposal lets go of our stdin, so that we can exit. */
export function pumpStdin(process: RemoteProcess, stdin: NodeJS.ReadStream): Disposable {
  const feed = async () => {
    for await (const chunk of stdin) await process.stdin.write(chunk as Uint8Array);
    await process.stdin.end();
  };
  // A command that ends before our stdin does makes the rest of it unwanted; a lost link is reported by `exit`.
  feed().catch(() => undefined);
  return { [Symbol.dispose]: () => void stdin.destroy() };
}

/** Our reader may leave early (`| head`): then the rest is read and dropped, and the command decides for itself. */
export async function writeAll(source: AsyncIterable<Uint8Array>, sink: NodeJS.WriteStream): Promise<void> {
  let isOpen = true;
  sink.once('error', () => (isOpen = false));
  for await (const chunk of source) {
    if (isOpen && !sink.write(chunk))
      await Promise.race([once(sink, 'drain'), once(sink, 'close')]).catch(() => undefined);
  }
}
