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

const RSS_TOLERANCE = 40 * 2 ** 20;
const DESCRIPTOR_TOLERANCE = 6;

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

/**
 * What grew, or nothing: memory from the second quarter of the samples to the last, descriptors from the first call, when
 * one session was open, to the last, when none is any more. Too few samples tell nothing.
 */
export function findGrowth(samples: readonly Sample[]): readonly string[] {
  const quarter = Math.floor(samples.length / 4);
  const [first, last] = [samples[0], samples.at(-1)];
  if (quarter < 10 || first === undefined || last === undefined) return [];
  const [early, late] = [
    median(samples.slice(quarter, 2 * quarter), 'rss'),
    median(samples.slice(-quarter), 'rss'),
  ];
  return [
    ...(late > early * 1.25 + RSS_TOLERANCE ? [`its memory from ${early} to ${late} bytes`] : []),
    ...(last.descriptors > first.descriptors + DESCRIPTOR_TOLERANCE
      ? [`its descriptors from ${first.descriptors} to ${last.descriptors}`]
      : []),
  ].map((what) => `the long-lived host: ${what}`);
}

export function median(samples: readonly Sample[], what: keyof Sample): number {
  return samples.map((sample) => sample[what]).toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? 0;
}
