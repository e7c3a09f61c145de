import type { Readable } from 'node:stream';

import { onAbort } from '../connection/on-abort.ts';

/** One output of a channel, read piece by piece. Unread it holds the server back. One reader at a time. */
export interface ByteSource {
  /** `undefined` at the end. Rejects with the reason of `broken`, once everything that arrived before is read. */
  read(): Promise<Uint8Array | undefined>;
  /** Gives bytes back, to be read first. */
  unread(bytes: Uint8Array): void;
  /** Throws away what is there and what still comes, so that the channel can close. Reads wait for `broken` then. */
  discard(): void;
}

/** `broken` ends every wait on the channel. */
export function readBytes(stream: Readable, broken: AbortSignal): ByteSource {
  let first: Uint8Array | undefined;
  let isDiscarded = false;
  let wake = () => {};
  const wakeUp = () => wake();
  stream.on('readable', wakeUp).on('end', wakeUp).on('error', wakeUp);
  onAbort([broken], wakeUp);

  const take = (): Uint8Array | undefined => {
    if (isDiscarded) return undefined;
    const bytes = first ?? (stream.read() as Uint8Array | null) ?? undefined;
    first = undefined;
    return bytes;
  };
  return {
    async read() {
      for (;;) {
        const bytes = take();
        if (bytes !== undefined) return bytes;
        broken.throwIfAborted();
        if (stream.readableEnded && !isDiscarded) return undefined;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    unread: (bytes) => {
      if (bytes.length > 0) first = bytes;
    },
    discard() {
      isDiscarded = true;
      first = undefined;
      stream.off('readable', wakeUp).resume();
    },
  };
}

/** The rest of `source` for one `for await`; leaving the loop early discards what was not read. */
export function iterateBytes(source: ByteSource): AsyncIterable<Uint8Array> {
  let isOver = false;
  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      const value = isOver ? undefined : await source.read();
      if (value !== undefined) return { value, done: false };
      isOver = true;
      return { value: undefined, done: true };
    },
    return() {
      isOver = true;
      source.discard();
      return Promise.resolve({ value: undefined, done: true });
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
