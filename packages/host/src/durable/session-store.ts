import { createHash } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import path from 'node:path';

import type { SessionRecord, SessionStore } from '@clamshell/core';

import { classify, errnoOf } from '../errors/classify.ts';
import { syncDirectory } from './durable-directory.ts';
import { acquireLock } from './lock.ts';
import { formatSessionRecord, parseSessionRecord } from './session-record-text.ts';
import { readTextFile, writeFileAtomic } from './text-file.ts';

/**
 * One private JSON file per key in `directory`, named by the key's sha256, which is made at the first write. Throws
 * STATE_INVALID for a file that is not a record, and FsErrors.
 */
export function createFileSessionStore(directory: string): SessionStore {
  return new FileSessionStore(directory);
}

class FileSessionStore implements SessionStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async read(key: string): Promise<SessionRecord | undefined> {
    const file = this.#fileOf(key);
    const text = await readTextFile(file);
    return text === undefined ? undefined : parseSessionRecord(text, { key, file });
  }

  async update(
    key: string,
    change: (current: SessionRecord | undefined) => SessionRecord | undefined,
  ): Promise<SessionRecord | undefined> {
    const file = this.#fileOf(key);
    await using _lock = await acquireLock(`${file}.lock`);
    const current = await this.read(key);
    const next = change(current);
    if (next === undefined) await removeDurably(file);
    else if (current === undefined || formatSessionRecord(key, current) !== formatSessionRecord(key, next)) {
      await writeFileAtomic(file, formatSessionRecord(key, next));
    }
    return next;
  }

  #fileOf(key: string): string {
    return path.join(this.#directory, `${createHash('sha256').update(key).digest('hex')}.json`);
  }
}

async function removeDurably(file: string): Promise<void> {
  try {
    await unlink(file);
    await syncDirectory(path.dirname(file));
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw classify(error, { doing: 'remove', path: file });
  }
}
