import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, unlink } from 'node:fs/promises';
import path from 'node:path';

import { classify, errnoOf } from '../errors/classify.ts';
import { ensureDirectory, syncDirectory } from './durable-directory.ts';

export interface WriteFileOptions {
  /** Permission bits exactly, whatever the umask; 0600 when left out. */
  readonly mode?: number | undefined;
}

/**
 * Replaces `file`, or makes it and the directories above it (0700). After a crash at any point it holds the old or the
 * new content whole; when this resolves, the new one also after a loss of power. A link at `file` is replaced, not
 * followed. Calls may overlap, the last one to end wins; not abortable. Throws FsErrors. A crash may leave a
 * `.clamshell-*.tmp` beside `file`.
 */
export async function writeFileAtomic(
  file: string,
  data: string | Uint8Array,
  options: WriteFileOptions = {},
): Promise<void> {
  const directory = path.dirname(file);
  const temporary = path.join(directory, `.clamshell-${randomUUID()}.tmp`);
  try {
    await ensureDirectory(directory);
    await writeDurably(temporary, data, options.mode ?? 0o600);
    await rename(temporary, file);
    await syncDirectory(directory);
  } catch (error) {
    // The first failure is the one to report.
    await Promise.allSettled([rm(temporary, { force: true })]);
    throw classify(error, { doing: 'write', path: file });
  }
}

/** UTF-8 text; `undefined` when `file` is missing. Throws FsErrors. */
export async function readTextFile(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw classify(error, { doing: 'read', path: file });
  }
}

/** Nothing happens where there is none; what was removed is gone for good once its directory is synced. Throws FsErrors. */
export async function removeFile(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw classify(error, { doing: 'remove', path: file });
  }
}

async function writeDurably(file: string, data: string | Uint8Array, mode: number): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(data);
    await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
