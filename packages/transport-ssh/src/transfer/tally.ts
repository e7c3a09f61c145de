import type { CallOptions, Clock, TransferOutcome } from '@clamshell/core';
import type { ArchiveEntry, ArchiveSource } from '@clamshell/host';

/** What one transfer has moved. */
export class Tally {
  #files = 0;
  #bytes = 0;
  readonly #phase: string;
  readonly #clock: Clock;
  readonly #progress: CallOptions['progress'];
  readonly #startedAt: number;

  constructor(phase: string, clock: Clock, progress: CallOptions['progress']) {
    this.#phase = phase;
    this.#clock = clock;
    this.#progress = progress;
    this.#startedAt = clock.now();
  }

  count({ kind, size }: ArchiveEntry): void {
    if (kind !== 'directory') this.#files += 1;
    this.#bytes += size;
    this.#progress?.({ phase: this.#phase, files: this.#files, bytes: this.#bytes });
  }

  async *counted(sources: AsyncIterable<ArchiveSource>): AsyncGenerator<ArchiveSource> {
    for await (const source of sources) {
      yield source;
      this.count(source.entry);
    }
  }

  outcome(): TransferOutcome {
    const moved = { files: this.#files, bytes: this.#bytes };
    return { ...moved, phases: [{ name: this.#phase, ms: this.#clock.now() - this.#startedAt, ...moved }] };
  }
}
