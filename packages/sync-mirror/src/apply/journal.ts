import { asRelPath, isClamshellError, parentOf, type RelPath, SyncError } from '@clamshell/core';
import { type HostTree, readTextFile, removeFile, writeFileAtomic } from '@clamshell/host';

/** What one commit on the host is about to set aside, durable before the first rename. */
export interface Journal {
  readonly run: string;
  /** From where to where. */
  readonly moves: readonly (readonly [from: RelPath, to: RelPath])[];
}

export async function writeJournal(file: string, { run, moves }: Journal): Promise<void> {
  await writeFileAtomic(file, JSON.stringify({ version: 1, run, moves }), { mode: 0o600 });
}

export async function removeJournal(file: string): Promise<void> {
  await removeFile(file);
}

/** `undefined` where no commit was cut short. Throws STATE_INVALID for a file that is no journal. */
export async function readJournal(file: string): Promise<Journal | undefined> {
  const text = await readTextFile(file);
  if (text === undefined) return undefined;
  const journal = parseJournal(text);
  if (journal === undefined) throw new SyncError('STATE_INVALID', `Not a journal of Clamshell: ${file}`);
  return journal;
}

function parseJournal(text: string): Journal | undefined {
  const value: unknown = parseJson(text);
  if (typeof value !== 'object' || value === null || !('moves' in value) || !('run' in value))
    return undefined;
  const { run, moves } = value;
  if (typeof run !== 'string' || !Array.isArray(moves)) return undefined;
  const parsed = moves.map(parseMove);
  return parsed.includes(undefined) ? undefined : { run, moves: parsed as Journal['moves'] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseMove(move: unknown): Journal['moves'][number] | undefined {
  if (!Array.isArray(move) || move.length !== 2) return undefined;
  const [from, to] = move.map((name) => (typeof name === 'string' ? asRelPath(name) : undefined));
  return from === undefined || to === undefined ? undefined : [from, to];
}

/**
 * Brings back what a commit set aside and did not replace before its process ended: whatever is absent now. What is
 * there now stays. A removal that was complete comes back too, and is made again by the sync that follows.
 */
export function replayJournal(host: HostTree, { moves }: Journal): void {
  for (const [from, to] of moves) {
    if (host.lstat(from) !== undefined || host.lstat(to) === undefined) continue;
    makeParents(host, from);
    try {
      if (host.link(to, from)) host.unlink(to);
    } catch (error) {
      // Something else stands where its directory was: the old version stays in the undo store.
      if (!isClamshellError(error)) throw error;
    }
  }
}

/** Makes the directories that lead to `path`; what is in the way is left to the caller's next step to meet. */
export function makeParents(host: HostTree, path: RelPath): void {
  const parent = parentOf(path);
  if (parent === undefined || host.lstat(parent) !== undefined) return;
  makeParents(host, parent);
  try {
    host.makeDirectory(parent, 0o755);
  } catch (error) {
    if (!isClamshellError(error)) throw error;
  }
}
