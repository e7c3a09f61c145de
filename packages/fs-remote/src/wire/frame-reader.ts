import { FsError } from '@clamshell/core';

export type Fields = readonly Uint8Array[];

const MAX_HEADER_BYTES = 160;
const HEADER = /^\d{1,15}(?: \d{1,15}){0,7}(?: \*)?$/;

/**
 * Replies, one after another: a line of decimal lengths, then that many bytes for each field; a last length of `*` is
 * all that comes. Everything else, and anything longer than what was agreed to, is FILE_REPLY_INVALID, whatever the
 * sandbox had in mind.
 */
export class FrameReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #head: Uint8Array = new Uint8Array();

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async read(maxBytes: number): Promise<Fields> {
    const [lengths, isOpen] = await this.#readHeader();
    const total = lengths.reduce((sum, length) => sum + length, 0);
    if (total > maxBytes) throw replyInvalid(`${total} bytes where ${maxBytes} were agreed to`);
    const fields: Uint8Array[] = [];
    for (const length of lengths) fields.push(await this.#take(length));
    if (isOpen) fields.push(await this.#takeAll(maxBytes - total));
    return fields;
  }

  /** Rejects where more came than was asked for. */
  async expectEnd(): Promise<void> {
    if (this.#head.length > 0 || (await this.#pull())) throw replyInvalid('more than one answer');
  }

  async #readHeader(): Promise<readonly [readonly number[], boolean]> {
    let end = this.#head.indexOf(0x0a);
    while (end === -1 && this.#head.length <= MAX_HEADER_BYTES && (await this.#pull())) {
      end = this.#head.indexOf(0x0a);
    }
    const line = Buffer.from(this.#head.subarray(0, Math.max(0, end))).toString('latin1');
    if (end === -1 || end > MAX_HEADER_BYTES || !HEADER.test(line)) throw replyInvalid('no line of lengths');
    this.#head = this.#head.subarray(end + 1);
    const [closed = '', open] = line.split(' *');
    return [closed.split(' ').map(Number), open !== undefined];
  }

  async #take(length: number): Promise<Uint8Array> {
    if (this.#head.length >= length) return this.#cut(length);
    const field = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      if (this.#head.length === 0 && !(await this.#pull())) throw replyInvalid('it ends early');
      const piece = this.#cut(Math.min(this.#head.length, length - filled));
      field.set(piece, filled);
      filled += piece.length;
    }
    return field;
  }

  async #takeAll(maxBytes: number): Promise<Uint8Array> {
    while (this.#head.length <= maxBytes && (await this.#pull()));
    if (this.#head.length > maxBytes) throw replyInvalid('longer than what was agreed to');
    return this.#cut(this.#head.length);
  }

  #cut(length: number): Uint8Array {
    const piece = this.#head.subarray(0, length);
    this.#head = this.#head.subarray(length);
    return piece;
  }

  async #pull(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    if (done === true) return false;
    this.#head = this.#head.length === 0 ? value : Buffer.concat([this.#head, value]);
    return true;
  }
}

export function replyInvalid(why: string): FsError {
  return new FsError('FILE_REPLY_INVALID', `Unintelligible answer to a file request: ${why}`);
}
