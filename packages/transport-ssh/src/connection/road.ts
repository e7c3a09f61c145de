import type { Duplex } from 'node:stream';

/** What leads to a server: a stream of bytes both ways. */
export interface Road {
  readonly stream: Duplex;
  /** What the program behind it said last on stderr; empty where there is none. */
  lastWords(): string;
  /** Ends it and what belongs to it, `patienceMs` after asking; resolves when it is gone. May be repeated. */
  end(patienceMs: number): Promise<void>;
}

/** Resolves when the road takes more bytes; at once when it is gone. */
export function drained({ stream }: Road): Promise<void> {
  if (!stream.writableNeedDrain || stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const settle = () => {
      stream.off('drain', settle).off('close', settle);
      resolve();
    };
    stream.on('drain', settle).on('close', settle);
  });
}
