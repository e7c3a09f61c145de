import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

import type { Client, ClientChannel } from 'ssh2';

import { TransportError } from '@clamshell/core';

import type { SandboxConnection } from './connect-sandbox.ts';

interface RemoteStreams {
  /** Ends at once where there is none. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  readonly stdout?: Writable | undefined;
  readonly stderr?: Writable | undefined;
}

/**
 * Runs one command line and resolves with its status once both outputs are written; `undefined` where the channel closed
 * without one. An output without a stream is dropped. What the command does not read is dropped too; a fault of `stdin`
 * itself rejects.
 */
export async function runRemote(
  { client }: SandboxConnection,
  commandLine: string,
  streams: RemoteStreams,
): Promise<number | undefined> {
  const broken = new Promise<undefined>((resolve) => client.once('close', () => resolve(undefined)));
  const running = await Promise.race([openChannel(client, commandLine), broken]);
  if (running === undefined) throw new TransportError('CONNECTION_FAILED', 'exec relay closed');
  const { channel, ended } = running;
  const copied = Promise.all([copy(channel, streams.stdout), copy(channel.stderr, streams.stderr)]);
  const fed = feed(channel, streams.stdin);
  // A connection that breaks leaves its channels as they are.
  const done = Promise.all([ended, copied, fed]).then(([status]) => status);
  return Promise.race([done, broken]);
}

interface RunningChannel {
  readonly channel: ClientChannel;
  /** The status, once the channel is closed. */
  readonly ended: Promise<number | undefined>;
}

function openChannel(client: Client, commandLine: string): Promise<RunningChannel> {
  return new Promise((resolve, reject) => {
    client.exec(commandLine, (error, channel) => {
      if (error)
        return reject(new TransportError('CONNECTION_FAILED', 'exec relay closed', { cause: error }));
      // Listened to at once: a whole short reply comes with the word that the channel is open.
      let status: number | undefined;
      channel.pause().on('exit', (code: number | null) => (status = code ?? 1));
      const ended = once(channel, 'close').then(() => status);
      resolve({ channel, ended });
    });
  });
}

async function copy(from: Readable, to: Writable | undefined): Promise<void> {
  for await (const chunk of from) {
    if (to !== undefined && !to.write(chunk)) await once(to, 'drain');
  }
}

async function feed(channel: ClientChannel, stdin: AsyncIterable<Uint8Array> = none()): Promise<void> {
  try {
    for await (const chunk of stdin) {
      if (!channel.writable) return;
      if (!channel.write(chunk)) await Promise.race([once(channel, 'drain'), once(channel, 'close')]);
    }
  } finally {
    channel.end();
  }
}

async function* none(): AsyncGenerator<Uint8Array> {}
