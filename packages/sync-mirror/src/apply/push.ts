import { assertNever, type Problem, type RelPath, SyncError } from '@clamshell/core';
import { type HostTree, writeArchive } from '@clamshell/host';

import type { Put, Step } from '../plan/step.ts';
import { PUSH_PROGRAM } from '../programs/push.ts';
import { callForText } from '../remote/call-program.ts';
import type { Remote } from '../remote/remote.ts';
import { invalidReply, ReplyFields } from '../scan/reply-fields.ts';
import { readEntries } from '../scan/restat-sandbox.ts';
import type { Entry, FileEntry } from '../tree/entry.ts';
import { OWN_DIRECTORY } from '../tree/own-directory.ts';
import type { Applied, ApplyResult } from './applied.ts';
import { ENTRY_BYTES } from './fetch.ts';
import { pushArchive, type PushReadings } from './push-archive.ts';
import { CHANGED_MEANWHILE } from './set-aside.ts';

export interface PushRequest {
  readonly host: HostTree;
  readonly run: string;
  /** All to the sandbox, in byte order. */
  readonly steps: readonly Step[];
  /** To be written where the root has none. */
  readonly nonce: string | undefined;
  readonly onFile?: (entry: FileEntry) => void;
}

/**
 * Carries out the steps in the sandbox, in one command that does nothing before all of its input has arrived. What it
 * says of each path afterwards decides whether the step counts as made.
 */
export async function pushSteps(
  remote: Remote,
  { host, run, steps, nonce, onFile }: PushRequest,
): Promise<ApplyResult> {
  const stage = `${OWN_DIRECTORY}/staging/${run}`;
  const readings: PushReadings = { digests: new Map(), problems: [] };
  const source = { host, steps: steps.filter(isShort), stage, ...(onFile !== undefined && { onFile }) };
  const stdin = (mark: string) => writeArchive(pushArchive(source, mark, readings));
  const expectedBytes = measure(steps);
  const call = { program: PUSH_PROGRAM, args: [run, nonce ?? ''], stdin, expectedBytes };
  const reply = await callForText(remote, call);
  const seen = parsePushReply(reply, `${stage}/tree/`);
  return judgeSteps(steps.filter(isShort), seen, {
    ...readings,
    problems: [...readings.problems, ...tooLong(steps)],
  });
}

function measure(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => {
    const isFile = step.kind === 'put' && step.entry.kind === 'file';
    return sum + ENTRY_BYTES + (isFile ? step.entry.stat.size : 0);
  }, 0);
}

/** The sandbox’s tools name a path from the mount’s root by way of staging, in 4,096 bytes. */
const MAX_PUSHED_PATH = 3900;

function isShort({ path }: Step): boolean {
  return path.length <= MAX_PUSHED_PATH;
}

function tooLong(steps: readonly Step[]): Problem[] {
  const long = steps.filter((step) => !isShort(step));
  return long.map(({ path }) => ({ path, reason: 'its path is too long for the sandbox’s tools' }));
}

/** What the sandbox shows after the push. */
interface Seen {
  /** Staged paths whose place was taken. */
  readonly unplaced: ReadonlySet<string>;
  readonly entries: ReadonlyMap<RelPath, Entry>;
}

export function parsePushReply(reply: string, tree: string): Seen {
  const fields = new ReplyFields(reply);
  fields.expect('clamshell-push 1');
  if (fields.next() !== 'done') throw refusal(fields.next());
  fields.expect('unplaced');
  const unplaced = new Set<string>();
  for (let field = fields.next(); field !== 'touched'; field = fields.next()) {
    if (!field.startsWith(tree)) throw invalidReply('a staged path is none');
    unplaced.add(field.slice(tree.length));
  }
  const entries = readEntries(fields);
  fields.expectEnd();
  return { unplaced, entries };
}

const REFUSALS: Readonly<Record<string, string>> = {
  root: 'its root is not a directory any more',
  tar: 'tar could not unpack what was sent (is the disk full?)',
  cut: 'what was sent did not arrive whole',
  link: 'its file system has no hard links',
};

function refusal(word: string): SyncError {
  const reason = REFUSALS[word] ?? `it can’t keep a directory of its own (${word.slice(0, 64)})`;
  return new SyncError('SANDBOX_UNFIT', `The sandbox changed nothing: ${reason}`);
}

function judgeSteps(steps: readonly Step[], seen: Seen, { digests, problems }: PushReadings): ApplyResult {
  const applied = new Map<RelPath, Applied>();
  const found: Problem[] = [...problems];
  const explained = new Set(problems.map(({ path }) => path));
  for (const step of steps) {
    if (explained.has(step.path)) continue;
    const now = seen.entries.get(step.path);
    const outcome = step.kind === 'remove' ? judgeRemoval(now) : judgePut(step, seen, digests.get(step.path));
    if (outcome === undefined) found.push({ path: step.path, reason: CHANGED_MEANWHILE });
    else applied.set(step.path, outcome);
  }
  return { applied, problems: found };
}

function judgeRemoval(now: Entry | undefined): Applied | undefined {
  return now === undefined ? { kind: 'gone' } : undefined;
}

function judgePut(
  { path, entry }: Put,
  { unplaced, entries }: Seen,
  digest: string | undefined,
): Applied | undefined {
  const now = entries.get(path);
  if (unplaced.has(path)) return undefined;
  switch (entry.kind) {
    case 'directory':
      return now?.kind === 'directory' ? entry : undefined;
    case 'symlink':
      return now?.kind === 'symlink' && now.target === entry.target
        ? { kind: 'symlink', target: entry.target }
        : undefined;
    case 'file':
      if (now?.kind !== 'file' || digest === undefined || !isOurs(now, entry)) return undefined;
      return { kind: 'file', digest, executable: entry.executable, host: entry.stat, sandbox: now.stat };
    default:
      return assertNever(entry);
  }
}

/** busybox's tar keeps whole seconds only. */
function isOurs(now: FileEntry, pushed: FileEntry): boolean {
  const { size, mtimeNs } = pushed.stat;
  const isTimed = now.stat.mtimeNs === mtimeNs || now.stat.mtimeNs === mtimeNs - (mtimeNs % 1_000_000_000n);
  return isTimed && now.stat.size === size && now.executable === pushed.executable;
}
