import { CommandError } from '@clamshell/core';

/** A newline, 32 digits of the mark, a space and a status of up to three digits, a newline. */
const MAX_END_BYTES = 1 + 32 + 1 + 3 + 1;

/** What one output of a program held, and the rest of the line that ended it. */
export interface Reply {
  readonly bytes: Uint8Array;
  readonly line: string;
}

interface Expected {
  readonly mark: string;
  readonly maxBytes: number;
  readonly chunks: Uint8Array[];
  size: number;
  resolve(reply: Reply): void;
  reject(error: unknown): void;
}

/**
 * One output of a request shell, a reply at a time. The line that ends a reply is the last thing that the shell prints
 * before its next request, and holds a mark that no content can know. `broken` is called once, when the output ends,
 * fails, or speaks out of turn.
 */
export class ReplyStream {
  #expected: Expected | undefined;
  #failure: { readonly reason: unknown } | undefined;

  constructor(output: AsyncIterable<Uint8Array>, broken: (reason: unknown) => void) {
    const fail = (reason: unknown) => {
      this.#failure = { reason };
      broken(reason);
      this.#expected?.reject(reason);
      this.#expected = undefined;
    };
    this.#read(output).catch(fail);
  }

  /** Rejects with OUTPUT_LIMIT beyond `maxBytes`, and with what broke the stream. */
  next(mark: string, maxBytes: number): Promise<Reply> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.reason);
    return new Promise((resolve, reject) => {
      this.#expected = { mark, maxBytes, chunks: [], size: 0, resolve, reject };
    });
  }

  async #read(output: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of output) this.#take(chunk);
    throw new CommandError('EXIT_UNKNOWN', 'The sandbox ended the shell that answers requests');
  }

  #take(chunk: Uint8Array): void {
    const expected = this.#expected;
    if (expected === undefined)
      throw new CommandError('EXIT_UNKNOWN', 'A program of an earlier request still prints');
    expected.chunks.push(chunk);
    expected.size += chunk.length;
    const line = endLine(expected);
    if (line === undefined && expected.size <= expected.maxBytes + MAX_END_BYTES) return;
    const size = expected.size - (line === undefined ? 0 : 1 + expected.mark.length + line.length + 1);
    if (line === undefined || size > expected.maxBytes) throw tooLong(expected.maxBytes);
    this.#expected = undefined;
    expected.resolve({ bytes: Buffer.concat(expected.chunks, size), line });
  }
}

/** What follows the mark in the line that ends the reply; `undefined` while it goes on. */
function endLine({ chunks, mark }: Expected): string | undefined {
  const tail = lastBytes(chunks, MAX_END_BYTES).toString('latin1');
  const at = tail.lastIndexOf(`\n${mark}`);
  const rest = at === -1 ? '' : tail.slice(at + 1 + mark.length);
  return /^(?: [0-9]{1,3})?\n$/.test(rest) ? rest.slice(0, -1) : undefined;
}

function lastBytes(chunks: readonly Uint8Array[], count: number): Buffer {
  const last: Uint8Array[] = [];
  for (let index = chunks.length - 1, missing = count; index >= 0 && missing > 0; index -= 1) {
    const piece = chunks[index]!.subarray(-missing);
    last.unshift(piece);
    missing -= piece.length;
  }
  return Buffer.concat(last);
}

function tooLong(maxBytes: number): CommandError {
  return new CommandError('OUTPUT_LIMIT', `The program printed more than ${maxBytes} bytes`);
}
