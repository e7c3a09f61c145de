import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { Ended } from './arena.ts';

export interface Call {
  readonly id: number;
  readonly workspace: number;
  readonly words: readonly string[];
  /** When the caller loses patience. */
  readonly abortAfterMs?: number | undefined;
}

export interface Answer {
  readonly id: number;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Bytes. */
  readonly rss: number;
  readonly descriptors: number;
}

export interface Sample {
  readonly rss: number;
  readonly descriptors: number;
}

/** The long-lived host, and what it held after each call. */
export class ResidentHost implements Disposable {
  readonly samples: Sample[] = [];
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (ended: Ended) => void>();
  #count = 0;

  constructor(state: string, roots: readonly string[], env: NodeJS.ProcessEnv) {
    const program = fileURLToPath(new URL('./resident.ts', import.meta.url));
    this.#child = fork(program, [state, ...roots], { env });
    this.#child.on('message', (answer: Answer) => this.#settle(answer));
    this.#child.once('exit', (code, signal) => this.#end(code, signal));
  }

  call(call: Omit<Call, 'id'>): Promise<Ended> {
    this.#count += 1;
    const id = this.#count;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.send({ ...call, id } satisfies Call);
    });
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }

  #settle({ id, code, stdout, stderr, rss, descriptors }: Answer): void {
    this.samples.push({ rss, descriptors });
    this.#waiting.get(id)?.({ code, signal: null, stdout, stderr });
    this.#waiting.delete(id);
  }

  /** It is never killed on purpose while it has work. */
  #end(code: number | null, signal: NodeJS.Signals | null): void {
    for (const settle of this.#waiting.values())
      settle({ code, signal, stdout: '', stderr: 'the long-lived host ended' });
    this.#waiting.clear();
  }
}

/** What grew from the second quarter of the samples to the last, or nothing; too few samples tell nothing. */
export function findGrowth(samples: readonly Sample[]): readonly string[] {
  const quarter = Math.floor(samples.length / 4);
  if (quarter < 10) return [];
  const [early, late] = [samples.slice(quarter, 2 * quarter), samples.slice(-quarter)];
  return (
    [
      ['rss', 40 * 2 ** 20],
      ['descriptors', 12],
    ] as const
  ).flatMap(([what, tolerance]) => {
    const [before, after] = [median(early, what), median(late, what)];
    return after > before * 1.25 + tolerance
      ? [`the long-lived host’s ${what} grew from ${before} to ${after}`]
      : [];
  });
}

export function median(samples: readonly Sample[], what: keyof Sample): number {
  return samples.map((sample) => sample[what]).toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? 0;
}
