import type { Writable } from 'node:stream';

import type { ServerChannel } from 'ssh2';

/** Both outputs of one channel, one chunk at a time. */
export interface ChannelWriter {
  /** Resolves when the next chunk is welcome; at once, the chunk being dropped, when the channel is closed. */
  write(to: 'stdout' | 'stderr', chunk: Buffer): Promise<void>;
  /** True while the client's window holds a chunk back. */
  isBlocked(): boolean;
}

/**
 * A chunk that waits for the client's window is kept by ssh2 in one place for both outputs, and is still there when
 * the other output comes to wait: it would be sent again, and the other one never. So only one write is ever under way,
 * and what ssh2 remembers of it is taken away after it.
 */
export function createChannelWriter(channel: ServerChannel, closed: Promise<void>): ChannelWriter {
  let isClosed = false;
  let pending = 0;
  let last = Promise.resolve();
  const whenClosed = closed.then(() => {
    isClosed = true;
  });

  const write = async (to: 'stdout' | 'stderr', chunk: Buffer): Promise<void> => {
    if (isClosed) return;
    await Promise.race([writeOnce(to === 'stdout' ? channel : channel.stderr, chunk), whenClosed]);
    forgetSent(channel as ServerChannel & Remembered);
  };

  return {
    isBlocked: () => pending > 0,
    async write(to, chunk) {
      pending += 1;
      last = last.then(() => write(to, chunk));
      await last;
      pending -= 1;
    },
  };
}

function writeOnce(stream: Writable, chunk: Buffer): Promise<void> {
  return new Promise((resolve) => {
    stream.write(chunk, () => resolve());
  });
}

interface Remembered {
  _chunk: unknown;
  _chunkcb: unknown;
  _chunkErr: unknown;
  _chunkcbErr: unknown;
}

function forgetSent(channel: Remembered): void {
  channel._chunk = undefined;
  channel._chunkcb = undefined;
  channel._chunkErr = undefined;
  channel._chunkcbErr = undefined;
}
