import { type Clock, type FileEntry, FsError, type RelPath } from '@clamshell/core';

import { type Hint, Hints } from './hints.ts';

export type Seen = FileEntry & { readonly path: RelPath };

interface PollOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

const PAUSE_MS = 1000;
/** How much longer than a look the pause after it is, so that looking takes little of the machine. */
const PAUSE_FACTOR = 10;

/** Compares one look with the next, until it is left or aborted: everything at first, then what differs. */
export async function* pollChanges(
  look: () => Promise<Iterable<Seen>>,
  { clock, signal }: PollOptions,
): AsyncGenerator<Hint> {
  let before = describeAll(await look());
  yield undefined;
  for (let tookMs = 0; ;) {
    await clock.sleep(Math.max(PAUSE_MS, PAUSE_FACTOR * tookMs), signal);
    const began = clock.now();
    const after = describeAll(await look().catch(noneIfGone));
    tookMs = clock.now() - began;
    yield* await differences(before, after);
    before = after;
  }
}

function describeAll(entries: Iterable<Seen>): ReadonlyMap<RelPath, string> {
  const described = new Map<RelPath, string>();
  for (const { path, kind, size, mtimeNs, mode } of entries) {
    // A directory's own time only says that something in it came or went, which is told anyway.
    described.set(path, kind === 'directory' ? `${kind} ${mode}` : `${kind} ${size} ${mtimeNs} ${mode}`);
  }
  return described;
}

/** What was watched may go, and come again. */
function noneIfGone(error: unknown): Iterable<Seen> {
  if (error instanceof FsError && ['FILE_NOT_FOUND', 'FILE_KIND'].includes(error.code)) return [];
  throw error;
}

async function differences(
  before: ReadonlyMap<RelPath, string>,
  after: ReadonlyMap<RelPath, string>,
): Promise<readonly Hint[]> {
  const hints = new Hints();
  for (const [path, text] of after) if (before.get(path) !== text) hints.add(path);
  for (const path of before.keys()) if (!after.has(path)) hints.add(path);
  hints.end();
  return hints.take();
}
