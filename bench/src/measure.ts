import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface Timing {
  readonly medianMs: number;
  readonly allMs: readonly number[];
}

/** The median of a few rounds; `prepare` is not counted. */
export async function measure(
  rounds: number,
  work: () => Promise<void> | void,
  prepare: (round: number) => void = () => undefined,
): Promise<Timing> {
  const allMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    prepare(round);
    const begin = performance.now();
    await work();
    allMs.push(Math.round((performance.now() - begin) * 10) / 10);
  }
  const medianMs = allMs.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
  return { medianMs, allMs };
}

/** The longest that the event loop was held up while `work` ran, in ms. */
export async function measureBlock(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await work();
  delay.disable();
  return Math.round(delay.max / 1e5) / 10;
}

/** The most memory this process had while `work` ran, above what it had before, in MiB. */
export async function measureMemory(work: () => Promise<void> | void): Promise<number> {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 20);
  await work();
  clearInterval(timer);
  return Math.round((most - before) / 2 ** 20);
}
