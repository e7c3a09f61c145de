import { lstat, opendir } from 'node:fs/promises';
import path from 'node:path';

import { type Clock, TransportError } from '@clamshell/core';

interface SizeLimit {
  readonly clock: Clock;
  /** A directory that the work fills. */
  readonly directory: string;
  readonly maxBytes: number;
}

const FIRST_PAUSE_MS = 100;
/** How much longer than a look the pause after it is. */
const PAUSE_PER_LOOK = 10;

/**
 * Runs the work, and aborts it with ARCHIVE_INVALID soon after the files below the directory are larger than allowed:
 * the tool itself writes whatever a sandbox sends.
 */
export async function withinSize<Value>(
  limit: SizeLimit,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const breach = new AbortController();
  const over = new AbortController();
  const watching = watch(limit, over.signal, breach);
  try {
    return await work(signal === undefined ? breach.signal : AbortSignal.any([signal, breach.signal]));
  } finally {
    over.abort();
    await watching;
  }
}

async function watch({ clock, directory, maxBytes }: SizeLimit, over: AbortSignal, breach: AbortController) {
  for (let pause = FIRST_PAUSE_MS; !over.aborted;) {
    await clock.sleep(pause, over).catch(() => {});
    const began = clock.now();
    if ((await sizeOf(directory, over)) > maxBytes)
      breach.abort(
        new TransportError('ARCHIVE_INVALID', `The sandbox sends more than the ${maxBytes} bytes it has`),
      );
    pause = Math.max(FIRST_PAUSE_MS, PAUSE_PER_LOOK * (clock.now() - began));
  }
}

/** What comes or goes meanwhile counts or not; a link is not followed. */
async function sizeOf(directory: string, over: AbortSignal): Promise<number> {
  let size = 0;
  try {
    for await (const entry of await opendir(directory, { recursive: true })) {
      if (over.aborted) break;
      if (entry.isFile()) size += (await lstat(path.join(entry.parentPath, entry.name))).size;
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  return size;
}
