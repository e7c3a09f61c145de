import { invalid } from './fault.ts';

const EMPTY = new Uint8Array(0);

/** A stream of chunks, taken in pieces of any size. Holds one chunk of the stream; pieces may share its memory. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = EMPTY;
  /** It ended or failed: there is nothing to close. */
  #isOver = false;

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** From 1 to `most` bytes, as they lie; `undefined` at the end of the stream. */
  async next(most: number): Promise<Uint8Array | undefined> {
    while (this.#chunk.length === 0) {
      const chunk = await this.#nextChunk();
      if (chunk === undefined) return undefined;
      this.#chunk = chunk;
    }
    const piece = this.#chunk.subarray(0, most);
    this.#chunk = this.#chunk.subarray(piece.length);
    return piece;
  }

  /** Exactly `count` bytes. A stream that ends before is ARCHIVE_INVALID (row 63). Holds `count` bytes at once. */
  async take(count: number): Promise<Buffer> {
    const first = await this.#require(count);
    if (first.length === count) return Buffer.from(first.buffer, first.byteOffset, count);
    const whole = Buffer.allocUnsafe(count);
    whole.set(first);
    for (let filled = first.length; filled < count;) {
      const piece = await this.#require(count - filled);
      whole.set(piece, filled);
      filled += piece.length;
    }
    return whole;
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0;) left -= (await this.#require(left)).length;
  }

  /** Tells the stream's maker that no more is wanted. */
  async close(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#chunks.return?.();
  }

  async #nextChunk(): Promise<Uint8Array | undefined> {
    if (this.#isOver) return undefined;
    this.#isOver = true;
    const { done, value } = await this.#chunks.next();
    if (done === true) return undefined;
    this.#isOver = false;
    return value;
  }

  async #require(most: number): Promise<Uint8Array> {
    if (most === 0) return EMPTY;
    const piece = await this.next(most);
    if (piece === undefined) throw invalid('it ends too early');
    return piece;
  }
}
