import type { Readable } from 'node:stream';

import { CommandError, redact } from '@clamshell/core';

/** A login profile may print this much before the command begins (hostile-input row 77). */
const MAX_NOISE_BYTES = 64 * 1024;

const MAX_LINE_BYTES = 64;
const QUOTED_NOISE = 300;

/** What the marks of one output said. */
interface Said {
  /** The number of the command's first process; missing on the other output. */
  readonly pid?: string | undefined;
  readonly status: number;
}

export interface MarkedOutput {
  /** The command's own bytes. One reader; leaving early discards the rest. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Resolves once the command is known to run; rejects when the output ends before. */
  readonly ready: Promise<string | undefined>;
  /** Resolves after the last byte; rejects with EXIT_UNKNOWN when there was no end mark. */
  readonly ended: Promise<Said>;
  discard(): void;
}

/** Takes out of an output what stands before the start mark and from the end mark on. */
export function readMarked(stream: Readable, mark: string): MarkedOutput {
  const ready = Promise.withResolvers<string | undefined>();
  const ended = Promise.withResolvers<Said>();
  for (const { promise } of [ready, ended]) promise.catch(() => {});
  const source = generate({ stream, mark, onReady: ready.resolve, onEnded: ended.resolve });
  const next = async () => {
    try {
      return await source.next();
    } catch (error) {
      ready.reject(error);
      ended.reject(error);
      throw error;
    }
  };
  const { iterator, discard } = readAhead(next);
  return {
    bytes: { [Symbol.asyncIterator]: () => iterator },
    ready: ready.promise,
    ended: ended.promise,
    discard,
  };
}

/** Ahead by one, so that a command is known to run before anybody reads. Left early, the rest is read and dropped. */
function readAhead(next: () => Promise<IteratorResult<Uint8Array>>) {
  let first: Promise<IteratorResult<Uint8Array>> | undefined = next();
  first.catch(() => {});
  let isDiscarded = false;
  const take = () => {
    const taken = first ?? next();
    first = undefined;
    return taken;
  };
  const drain = async () => {
    isDiscarded = true;
    try {
      while ((await take()).done !== true) continue;
    } catch {
      // Said by `ended`.
    }
  };
  const over = { value: undefined, done: true } as const;
  const iterator: AsyncIterator<Uint8Array> = {
    next: () => (isDiscarded ? Promise.resolve(over) : take()),
    return() {
      void drain();
      return Promise.resolve(over);
    },
  };
  return { iterator, discard: () => void drain() };
}

interface Marked {
  readonly stream: Readable;
  readonly mark: string;
  readonly onReady: (pid: string | undefined) => void;
  readonly onEnded: (said: Said) => void;
}

async function* generate({ stream, mark, onReady, onEnded }: Marked): AsyncGenerator<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0);
  let pid: string | undefined;
  let isReady = false;
  const end = Buffer.from(`${mark} ended `);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (!isReady) {
      const start = findStart(rest, mark);
      if (start === undefined) continue;
      isReady = true;
      ({ pid } = start);
      onReady(pid);
      rest = rest.subarray(start.end);
    }
    const at = rest.indexOf(end);
    if (at !== -1) {
      const status = /^([0-9]{1,3})\n/.exec(rest.toString('latin1', at + end.length))?.[1];
      if (status !== undefined) {
        if (at > 0) yield rest.subarray(0, at);
        stream.resume();
        return onEnded({ pid, status: Number(status) });
      }
    }
    const kept = at === -1 ? overlap(rest, end) : rest.length - at;
    if (rest.length > kept) yield rest.subarray(0, rest.length - kept);
    rest = rest.subarray(rest.length - kept);
  }
  if (!isReady) throw notStarted('the shell ended first', rest.toString('utf8'));
  yield rest;
  throw new CommandError('EXIT_UNKNOWN', 'The command’s output was cut before its end mark');
}

/** How many bytes at the end may be the beginning of the mark: they wait for the next chunk. */
function overlap(bytes: Buffer, mark: Buffer): number {
  for (let length = Math.min(bytes.length, mark.length - 1); length > 0; length -= 1) {
    if (bytes.subarray(bytes.length - length).equals(mark.subarray(0, length))) return length;
  }
  return 0;
}

function findStart(
  seen: Buffer,
  mark: string,
): { readonly pid: string | undefined; readonly end: number } | undefined {
  for (let at = seen.indexOf(mark); at !== -1; at = seen.indexOf(mark, at + 1)) {
    const line = seen.toString('latin1', at + mark.length, at + mark.length + MAX_LINE_BYTES);
    const [whole, pid] = /^ ready(?: ([1-9][0-9]{0,9}))?\n/.exec(line) ?? [];
    if (whole !== undefined && pid !== '1') return { pid, end: at + mark.length + whole.length };
  }
  if (seen.length > MAX_NOISE_BYTES)
    throw notStarted('its login shell prints without end', seen.toString('utf8'));
  return undefined;
}

function notStarted(why: string, noise: string): CommandError {
  const quoted = redact(noise.trim().slice(-QUOTED_NOISE));
  const message = `The command did not start: ${why}${quoted === '' ? '' : `: ${quoted}`}`;
  return new CommandError('COMMAND_NOT_STARTED', message, {
    hint: 'Look at what the sandbox’s shell profile prints or runs.',
  });
}
