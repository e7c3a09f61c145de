import { invariant } from '@clamshell/core';

import type { ByteSource } from './byte-source.ts';
import { invalid } from './fault.ts';
import { paddingOf } from './tar-format.ts';

/** The bytes of one member, straight from the stream. To be read, whole or in part, before the next is asked for. */
export class MemberBody implements AsyncIterable<Uint8Array> {
  readonly #source: ByteSource;
  readonly #padding: number;
  #left: number;
  #isOver = false;

  constructor(source: ByteSource, size: number) {
    this.#source = source;
    this.#padding = paddingOf(size);
    this.#left = size;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      invariant(!this.#isOver, 'a body is read before the next entry is asked for');
      if (this.#left === 0) return;
      const piece = await this.#source.next(this.#left);
      if (piece === undefined) throw invalid('it ends within a file');
      this.#left -= piece.length;
      yield piece;
    }
  }

  /** Skips what was not read. */
  async finish(): Promise<void> {
    this.#isOver = true;
    await this.#source.skip(this.#left + this.#padding);
    this.#left = 0;
  }
}
