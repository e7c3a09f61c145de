import { createHash } from 'node:crypto';
import { close, closeSync, fdatasync, readFileSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';

import { isClamshellError, type RelPath, SyncError } from '@clamshell/core';
import type { HostTree } from '@clamshell/host';

import { classifyWrite } from '../errors/classify.ts';
import { OWN_DIRECTORY } from '../tree/own-directory.ts';

const STAGING = `${OWN_DIRECTORY}/staging` as RelPath;
const UNDO = `${OWN_DIRECTORY}/undo` as RelPath;
const MAX_SYNCS_AT_ONCE = 8;
const syncDescriptor = promisify(fdatasync);
const closeDescriptor = promisify(close);

export interface StagedFile {
  /** Numbered: no name from the sandbox is used before the commit. */
  readonly path: RelPath;
  readonly digest: string;
}

/** One run's private room on the host: what came from the sandbox and is not in place yet, and what was replaced. */
export class HostRoom {
  readonly #host: HostTree;
  readonly #staging: RelPath;
  /** The host's own replaced versions, and those of the sandbox that lost a conflict, below. */
  readonly undo: Readonly<Record<'host' | 'sandbox', RelPath>>;
  readonly #syncing = new Set<Promise<void>>();
  #count = 0;

  private constructor(host: HostTree, run: string) {
    this.#host = host;
    this.#staging = `${STAGING}/${run}` as RelPath;
    this.undo = { host: `${UNDO}/${run}/host` as RelPath, sandbox: `${UNDO}/${run}/sandbox` as RelPath };
  }

  /** Throws STATE_INVALID where the host's `.clamshell` is no directory of its own. */
  static open(host: HostTree, run: string): HostRoom {
    for (const directory of [OWN_DIRECTORY, STAGING, UNDO]) makeOwn(host, directory);
    ignoreOwn(host);
    const room = new HostRoom(host, run);
    host.makeDirectory(room.#staging, 0o700);
    return room;
  }

  /** Writes `body` to a new file, and has it on its way to the disk when this resolves. */
  async stage(body: AsyncIterable<Uint8Array>): Promise<StagedFile> {
    this.#count += 1;
    const path = `${this.#staging}/${this.#count}` as RelPath;
    const fd = this.#host.createFile(path, 0o600);
    const hash = createHash('sha256');
    try {
      for await (const chunk of body) {
        hash.update(chunk);
        writeAll(fd, chunk, path);
      }
    } catch (error) {
      await closeDescriptor(fd);
      throw error;
    }
    await this.#sync(fd, path);
    return { path, digest: hash.digest('hex') };
  }

  /** What was staged, read back. */
  read({ path }: StagedFile): Buffer {
    const fd = this.#host.openForRead(path);
    try {
      return readFileSync(fd);
    } finally {
      closeSync(fd);
    }
  }

  /** Resolves when all that was staged is durable. */
  async settle(): Promise<void> {
    await Promise.all(this.#syncing);
    this.#host.syncDirectory(this.#staging);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#syncing);
    removeFlat(this.#host, this.#staging);
  }

  async #sync(fd: number, path: RelPath): Promise<void> {
    const job = syncAndClose(fd, path).finally(() => this.#syncing.delete(job));
    job.catch(() => undefined);
    this.#syncing.add(job);
    if (this.#syncing.size >= MAX_SYNCS_AT_ONCE) await Promise.race(this.#syncing);
  }
}

/** One run’s part of the undo store. */
export function runDirectory(run: string): RelPath {
  return `${UNDO}/${run}` as RelPath;
}

/** Where a run keeps a version of one side’s. */
export function storedPath({
  run,
  of,
  path,
}: {
  run: string;
  of: 'host' | 'sandbox';
  path: RelPath;
}): RelPath {
  return `${runDirectory(run)}/${of}/${path}` as RelPath;
}

/** Where a version of the host’s goes when it is replaced. */
export function undoPath(room: HostRoom, path: RelPath): RelPath {
  return `${room.undo.host}/${path}` as RelPath;
}

/** Removes what an earlier run left behind. Only to be called under the mount's lock. */
export function clearStaging(host: HostTree): void {
  if (host.lstat(STAGING)?.kind !== 'directory') return;
  for (const name of host.list(STAGING)) removeFlat(host, `${STAGING}/${name}` as RelPath);
}

function makeOwn(host: HostTree, directory: RelPath): void {
  const kind = host.lstat(directory)?.kind;
  if (kind === undefined) host.makeDirectory(directory, directory === OWN_DIRECTORY ? 0o755 : 0o700);
  else if (kind !== 'directory') {
    throw new SyncError('STATE_INVALID', `The workspace’s ${directory} is not a directory`, {
      hint: 'Move it aside: Clamshell keeps staged and replaced files there.',
    });
  }
}

/** Git is to see none of it. */
function ignoreOwn(host: HostTree): void {
  const path = `${OWN_DIRECTORY}/.gitignore` as RelPath;
  if (host.lstat(path) !== undefined) return;
  const fd = host.createFile(path, 0o644);
  writeAll(fd, Buffer.from('*\n'), path);
  close(fd);
}

function writeAll(fd: number, chunk: Uint8Array, path: RelPath): void {
  try {
    for (let at = 0; at < chunk.length;) at += writeSync(fd, chunk, at);
  } catch (error) {
    throw classifyWrite(error, path);
  }
}

async function syncAndClose(fd: number, path: RelPath): Promise<void> {
  try {
    await syncDescriptor(fd);
  } catch (error) {
    throw classifyWrite(error, path);
  } finally {
    await closeDescriptor(fd);
  }
}

/** Of a directory of files only, which is all that staging holds; anything else in it stays. */
function removeFlat(host: HostTree, directory: RelPath): void {
  try {
    for (const name of host.list(directory)) host.unlink(`${directory}/${name}` as RelPath);
    host.removeDirectory(directory);
  } catch (error) {
    if (!isClamshellError(error)) throw error;
  }
}
