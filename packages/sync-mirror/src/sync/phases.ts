import type { CallOptions, Clock, PhaseTiming } from '@clamshell/core';

/** Counts what a phase moved. */
export type Tally = (files: number, bytes: number) => void;

/** Where the time of one sync goes. */
export class Phases {
  readonly #clock: Clock;
  readonly #progress: CallOptions['progress'];
  readonly timings: PhaseTiming[] = [];

  constructor(clock: Clock, progress: CallOptions['progress']) {
    this.#clock = clock;
    this.#progress = progress;
  }

  async measure<Value>(name: string, work: (tally: Tally) => Promise<Value>): Promise<Value> {
    const begin = this.#clock.now();
    let [files, bytes] = [0, 0];
    const tally: Tally = (moreFiles, moreBytes) => {
      files += moreFiles;
      bytes += moreBytes;
      this.#progress?.({ phase: name, files, bytes });
    };
    const value = await work(tally);
    this.timings.push({ name, ms: this.#clock.now() - begin, files, bytes });
    return value;
  }
}
