import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import type { ServerChannel } from 'ssh2';

import { type ChannelWriter, createChannelWriter } from './channel-writer.ts';
import type { RunningCommand } from './spawn-command.ts';

/** How long outputs that a background child holds open are waited for after the command's end (openshell §2.5). */
const STDOUT_GRACE_MS = 2000;
const STDERR_GRACE_MS = 1000;
const GRACE_STEP_MS = 20;

interface Serving {
  readonly closed: Promise<void>;
  readonly pieceBytes: number | undefined;
}

/**
 * Joins a running command to its channel, until it has ended and said everything; then end of file, exit status, close.
 * Where the channel closes first the command is not killed: its stdin ends, and its outputs are read and dropped.
 */
export async function serveCommand(
  channel: ServerChannel,
  command: RunningCommand,
  { closed, pieceBytes = Number.MAX_SAFE_INTEGER }: Serving,
): Promise<void> {
  const writer = createChannelWriter(channel, closed);
  feed(channel, command.stdin, closed);
  const stdout = relay(command.stdout, pieceBytes, (piece) => writer.write('stdout', piece));
  const stderr = relay(command.stderr, pieceBytes, (piece) => writer.write('stderr', piece));
  const code = await command.exit;
  await within(stdout, writer, STDOUT_GRACE_MS);
  await within(stderr, writer, STDERR_GRACE_MS);
  channel.unpipe(command.stdin);
  command.stdin.destroy();
  channel.resume();
  channel.exit(code);
  channel.end();
}

/** What the client has sent reaches the command also when the connection is gone by then. */
function feed(channel: ServerChannel, stdin: Writable, closed: Promise<void>): void {
  // A command that doesn't read its input is no error; the rest is dropped.
  stdin.on('error', () => {
    channel.unpipe(stdin);
    channel.resume();
  });
  channel.pipe(stdin);
  void closed.then(() => {
    channel.unpipe(stdin);
    for (let chunk: unknown = channel.read(); chunk !== null; chunk = channel.read()) stdin.write(chunk);
    stdin.end();
  });
}

async function relay(
  source: Readable,
  pieceBytes: number,
  write: (piece: Buffer) => Promise<void>,
): Promise<void> {
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length; at += pieceBytes) await write(chunk.subarray(at, at + pieceBytes));
    }
  } catch {
    // The pipe broke: there is nothing more to read.
  }
}

/** Time in which the client holds the output back does not count: what was written before the end arrives whole. */
async function within(done: Promise<void>, writer: ChannelWriter, graceMs: number): Promise<void> {
  let isDone = false;
  const finished = done.then(() => {
    isDone = true;
  });
  for (let left = graceMs; left > 0 && !isDone; left -= writer.isBlocked() ? 0 : GRACE_STEP_MS) {
    const timer = new AbortController();
    await Promise.race([finished, sleep(GRACE_STEP_MS, undefined, { signal: timer.signal }).catch(() => {})]);
    timer.abort();
  }
}
