import { type Problem, type RelPath, SyncError } from '@clamshell/core';
import { type ArchiveItem, readArchive } from '@clamshell/host';

import { isIndex } from '../git/git-paths.ts';
import { digestIndex } from '../git/index-meaning.ts';
import { MAX_PULLED_BYTES } from '../limits.ts';
import { PULL_GNU_PROGRAM, PULL_POSIX_PROGRAM } from '../programs/pull.ts';
import { callProgram } from '../remote/call-program.ts';
import type { Remote } from '../remote/remote.ts';
import { encodeWords, once } from '../remote/path-list.ts';
import type { Tools } from '../scan/tools.ts';
import { restatSandbox } from '../scan/restat-sandbox.ts';
import type { Entry, FileEntry } from '../tree/entry.ts';
import { isSameStat } from '../tree/read-stable.ts';
import { splitPull } from './pull-batches.ts';
import type { HostRoom, StagedFile } from './staging.ts';

export interface Fetched {
  /** Whole, as they were scanned, and durable. */
  readonly staged: ReadonlyMap<RelPath, StagedFile>;
  readonly problems: readonly Problem[];
}

export interface FetchRequest {
  readonly files: ReadonlyMap<RelPath, FileEntry>;
  readonly tar: Tools['tar'];
  readonly onFile?: (entry: FileEntry) => void;
}

/**
 * Brings files of the sandbox into the host's staging. Only what was asked for is taken, once, as a file, with the size
 * that was scanned, and only if its stat is the scanned one afterwards too (hostile-input rows 33, 34, 53, 67).
 */
export async function fetchFiles(remote: Remote, room: HostRoom, request: FetchRequest): Promise<Fetched> {
  const { files } = request;
  const expected = [...files.values()].reduce((sum, { stat }) => sum + stat.size, 0);
  if (expected > MAX_PULLED_BYTES) {
    throw new SyncError(
      'LIMIT_EXCEEDED',
      `The sandbox wants to send ${expected} bytes, more than ${MAX_PULLED_BYTES}`,
    );
  }
  const intake = new Intake(room, request);
  const program = request.tar === 'gnu' ? PULL_GNU_PROGRAM : PULL_POSIX_PROGRAM;
  for (const paths of splitPull(files, request.tar)) {
    const stdin = () => once(encodeWords(paths));
    const call = { program, stdin, expectedBytes: expected + ENTRY_BYTES * files.size };
    await callProgram(remote, call, (reply) => intake.take(reply, 2 * expected + SLACK_BYTES));
  }
  await room.settle();
  const now = await restatSandbox(remote, [...intake.staged.keys()]);
  return intake.judge(now);
}

/** What an archive holds for each entry beside its content, about. */
export const ENTRY_BYTES = 1024;

/** Files may grow between scan and pull; that is found out, and must not pass for an attack. */
const SLACK_BYTES = 1024 ** 3;

class Intake {
  readonly #room: HostRoom;
  readonly #request: FetchRequest;
  readonly staged = new Map<RelPath, StagedFile>();
  readonly #problems: Problem[] = [];

  constructor(room: HostRoom, request: FetchRequest) {
    this.#room = room;
    this.#request = request;
  }

  async take(reply: AsyncIterable<Uint8Array>, maxTotalBytes: number): Promise<void> {
    const maxEntries = 2 * this.#request.files.size + 1000;
    for await (const item of readArchive(reply, { maxEntries, maxTotalBytes, maxFileBytes: maxTotalBytes })) {
      if ('entry' in item) await this.#takeItem(item);
    }
  }

  async #takeItem({
    entry: { path, kind, size },
    body,
  }: Extract<ArchiveItem, { body: unknown }>): Promise<void> {
    const wanted = this.#request.files.get(path);
    if (wanted === undefined || this.staged.has(path)) {
      this.#problems.push({ path, reason: 'the sandbox sent it without being asked' });
    } else if (kind === 'file' && size === wanted.stat.size) {
      const file = await this.#room.stage(body);
      this.staged.set(path, isIndex(path) ? { ...file, digest: digestIndex(this.#room.read(file)) } : file);
      this.#request.onFile?.(wanted);
    }
  }

  judge(now: ReadonlyMap<RelPath, Entry>): Fetched {
    const staged = new Map<RelPath, StagedFile>();
    for (const [path, wanted] of this.#request.files) {
      const file = this.staged.get(path);
      if (file !== undefined && isAsScanned(wanted, now.get(path), file.digest)) staged.set(path, file);
      else this.#problems.push({ path, reason: 'it changed while it was read, or could not be read' });
    }
    return { staged, problems: this.#problems };
  }
}

function isAsScanned(scanned: FileEntry, now: Entry | undefined, digest: string): boolean {
  if (now?.kind !== 'file' || now.executable !== scanned.executable) return false;
  return isSameStat(now.stat, scanned.stat) && (scanned.digest ?? digest) === digest;
}
