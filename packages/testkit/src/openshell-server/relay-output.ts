import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

import type { ServerChannel } from 'ssh2';

export type Command = ChildProcessByStdio<Writable, Readable, Readable>;

/** What ssh2 keeps of a write that waited for the window. */
interface Waiting {
  _chunk?: unknown;
  _chunkcb?: unknown;
  _chunkErr?: unknown;
  _chunkcbErr?: unknown;
}

/**
 * Sends both outputs of a command, keeping it back while the client does not read. Resolves when both have ended;
 * `printed` is told what went out of stdout.
 *
 * One write at a time, and none remembered: ssh2 holds one waiting write of each output, never forgets it, and wakes
 * only one of them, so that two that wait at once would stall or be sent twice.
 */
export async function relayOutput(
  command: Command,
  channel: ServerChannel,
  printed: (bytes: number) => void,
): Promise<void> {
  let turn = Promise.resolve();
  const relay = async (from: Readable, to: Writable, sent: (bytes: number) => void) => {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      turn = turn.then(() => send(channel, to, chunk));
      await turn;
      sent(chunk.length);
    }
  };
  await Promise.all([
    relay(command.stdout, channel, printed),
    relay(command.stderr, channel.stderr, () => {}),
  ]);
}

function send(channel: ServerChannel, to: Writable, chunk: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      channel.off('close', settle);
      const waiting = channel as unknown as Waiting;
      waiting._chunk = waiting._chunkcb = waiting._chunkErr = waiting._chunkcbErr = undefined;
      resolve();
    };
    if (channel.writableEnded || channel.destroyed) return resolve();
    channel.once('close', settle);
    to.write(chunk, settle);
  });
}
