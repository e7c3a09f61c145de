import type { ClientChannel } from 'ssh2';

import { type ByteSink, invariant } from '@clamshell/core';

import { onAbort } from '../connection/on-abort.ts';

interface SinkOptions {
  /** Ends every wait on the channel. */
  readonly broken: AbortSignal;
  /** Resolves when the connection takes more bytes. */
  readonly drained: () => Promise<void>;
}

/** A command's standard input. What is written after the command has ended is swallowed. */
export function writeBytes(channel: ClientChannel, { broken, drained }: SinkOptions): ByteSink {
  let isEnded = false;
  /** ssh2 forgets the callback of a write that the other side no longer takes. */
  const untilTakenOrClosed = (start: (done: () => void) => void) =>
    new Promise<void>((resolve, reject) => {
      const settle = () => {
        forget();
        channel.off('close', settle);
        resolve();
      };
      const forget = onAbort([broken], (reason) => {
        channel.off('close', settle);
        reject(reason);
      });
      channel.once('close', settle);
      start(settle);
    });

  return {
    async write(chunk) {
      invariant(!isEnded, 'a write after the end of standard input');
      broken.throwIfAborted();
      if (channel.writableEnded || chunk.length === 0) return;
      await untilTakenOrClosed((done) => channel.write(chunk, done));
      await drained();
    },
    async end() {
      isEnded = true;
      if (channel.writableEnded || broken.aborted) return;
      await untilTakenOrClosed((done) => channel.end(done));
    },
  };
}
