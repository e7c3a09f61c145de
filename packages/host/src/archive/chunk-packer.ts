/** How much is sent at once: few and large messages (architecture §8). */
const CHUNK_BYTES = 128 * 1024;

/** Joins pieces of any size into chunks of 128 KiB. Copies: a piece's memory may be used again at once. */
export class ChunkPacker {
  #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #used = 0;

  /** Yields the chunks that `piece` fills. */
  *add(piece: Uint8Array): Generator<Uint8Array> {
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + CHUNK_BYTES - this.#used);
      this.#chunk.set(part, this.#used);
      this.#used += part.length;
      at += part.length;
      if (this.#used === CHUNK_BYTES) yield this.#renew();
    }
  }

  /** What does not fill a chunk. */
  *rest(): Generator<Uint8Array> {
    if (this.#used > 0) yield this.#renew();
  }

  #renew(): Uint8Array {
    const full = this.#chunk.subarray(0, this.#used);
    this.#chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.#used = 0;
    return full;
  }
}
