import { createHash } from 'node:crypto';
import { closeSync, fstatSync, readSync } from 'node:fs';

import type { RelPath } from '@clamshell/core';
import type { HostTree } from '@clamshell/host';

import { classifyRead } from '../errors/classify.ts';
import { READ_CHUNK_BYTES } from '../limits.ts';
import type { Stat } from './entry.ts';

/**
 * A host file that is to be read as it was when it was scanned. Once `chunks` is exhausted, `digest` is of what was
 * read, or `undefined` when the file is, or became, another version.
 */
export class StableFile implements Disposable {
  readonly #fd: number;
  readonly #path: RelPath;
  readonly #expected: Stat;
  /** False when it is not the scanned version to begin with; then nothing should be read. */
  readonly isExpected: boolean;
  digest: string | undefined;

  constructor(host: HostTree, path: RelPath, expected: Stat) {
    this.#fd = host.openForRead(path);
    this.#path = path;
    this.#expected = expected;
    this.isExpected = this.#isUnchanged();
  }

  /** Exactly as many bytes as were expected: zeros take the place of what is gone, and there is no digest then. */
  *chunks(): Generator<Uint8Array> {
    const hash = createHash('sha256');
    let isShort = false;
    for (let at = 0; at < this.#expected.size;) {
      const chunk = Buffer.alloc(Math.min(READ_CHUNK_BYTES, this.#expected.size - at));
      const count: number = isShort ? 0 : this.#read(chunk, at);
      isShort ||= count === 0;
      const piece = isShort ? chunk : chunk.subarray(0, count);
      hash.update(piece);
      at += piece.length;
      yield piece;
    }
    if (!isShort && this.#isUnchanged()) this.digest = hash.digest('hex');
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }

  #read(into: Uint8Array, at: number): number {
    try {
      return readSync(this.#fd, into, 0, into.length, at);
    } catch (error) {
      throw classifyRead(error, this.#path);
    }
  }

  #isUnchanged(): boolean {
    const { size, mtimeNs, ctimeNs, ino } = fstatSync(this.#fd, { bigint: true });
    return isSameStat({ size: Number(size), mtimeNs, ctimeNs, inode: ino }, this.#expected);
  }
}

/** What a small file holds; `undefined` where it is missing or longer than that. */
export function readSmallFile(host: HostTree, path: RelPath, maxBytes: number): Buffer | undefined {
  const stat = host.lstat(path);
  if (stat?.kind !== 'file' || stat.size > maxBytes) return undefined;
  using file = new StableFile(host, path, stat);
  return Buffer.concat([...file.chunks()]);
}

export function isSameStat(a: Stat, b: Stat): boolean {
  return a.ctimeNs === b.ctimeNs && isSameVersion(a, b);
}

/** As `isSameStat` for a file that was renamed in between, which sets its ctime. */
export function isSameVersion(a: Stat, b: Stat): boolean {
  return a.size === b.size && a.mtimeNs === b.mtimeNs && a.inode === b.inode;
}
