import {
  type BigIntStats,
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  statSync,
} from 'node:fs';

import { displayPath, FsError, invariant, type RelPath } from '@clamshell/core';

import { classify, errnoOf } from '../errors/classify.ts';
import { type Anchor, placeOf } from './anchor.ts';
import { DirectoryCache, isUnlinked, type OpenDirectory } from './directory-cache.ts';

/** Linux: a descriptor that only locates. Needs no read permission and has no effect on a device. Not in Node. */
const O_PATH = 0o10000000;
const DIRECTORY_FLAGS = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * The anchor of Linux, or undefined where `/proc/self/fd` does not lead into open directories. `place` is a real path;
 * its own errors are the system's. Source: speed §3.4 item 7.
 */
export function openKernelAnchor(place: Buffer, capacity: number): Anchor | undefined {
  if (process.platform !== 'linux') return undefined;
  const root = describe(openSync(place, DIRECTORY_FLAGS));
  if (leadsThrough(root)) return new KernelAnchor(root, capacity);
  closeSync(root.fd);
  return undefined;
}

function leadsThrough(root: OpenDirectory): boolean {
  const there = statSync(`${root.text}/.`, { bigint: true, throwIfNoEntry: false });
  return there !== undefined && isSame(there, fstatSync(root.fd, { bigint: true }));
}

class KernelAnchor implements Anchor {
  readonly containment = 'kernel-anchored';
  readonly #root: OpenDirectory;
  readonly #cache: DirectoryCache;
  #isDisposed = false;

  constructor(root: OpenDirectory, capacity: number) {
    this.#root = root;
    this.#cache = new DirectoryCache(capacity);
  }

  begin(): void {
    // A closed descriptor's number may already be another file's.
    invariant(!this.#isDisposed, 'a tree is not used after it was disposed of');
    this.#cache.sweep();
  }

  reach(directory: RelPath | undefined): string {
    if (directory === undefined) return this.#root.text;
    return (this.#cache.get(directory) ?? this.#walk(directory)).text;
  }

  reachAnew(directory: RelPath | undefined): string {
    if (directory === undefined) return this.#root.text;
    const old = this.#cache.get(directory);
    this.#cache.forgetOne(directory);
    let found: OpenDirectory | undefined;
    try {
      found = this.#walk(directory);
      return found.text;
    } finally {
      // What is remembered below lies in this directory only if it is the one that was remembered.
      if (!isSameDirectory(old, found)) this.#cache.forgetBelow(directory);
    }
  }

  forgetIfRemoved(directory: RelPath | undefined): boolean {
    const found = directory === undefined ? undefined : this.#cache.get(directory);
    if (directory === undefined || found === undefined || !isUnlinked(found)) return false;
    this.#cache.forget(directory);
    return true;
  }

  forget(path: RelPath): void {
    this.#cache.forget(path);
  }

  statRoot(): BigIntStats {
    if (isUnlinked(this.#root)) throw new FsError('FILE_NOT_FOUND', 'The root of the tree was removed');
    return fstatSync(this.#root.fd, { bigint: true });
  }

  /** By a descriptor that only locates: it works whatever the present mode, and can't be swapped for a link. */
  setMode(place: Buffer, mode: number): void {
    const entry = describe(openSync(place, O_PATH | constants.O_NOFOLLOW));
    try {
      const stats = fstatSync(entry.fd);
      if (!stats.isFile() && !stats.isDirectory())
        throw new FsError('FILE_KIND', 'Only files and directories have a mode here');
      chmodSync(entry.text, mode);
    } finally {
      closeSync(entry.fd);
    }
  }

  [Symbol.dispose](): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#cache[Symbol.dispose]();
    closeSync(this.#root.fd);
  }

  /** Opens one component after another, each in the directory opened before it, and remembers the last. */
  #walk(directory: RelPath): OpenDirectory {
    const start = this.#cache.nearestAbove(directory);
    const rest = start === undefined ? directory : directory.slice(start.path.length + 1);
    const base = start?.directory ?? this.#root;
    let at = base;
    try {
      for (const name of rest.split('/')) {
        const next = openChild(at, name, directory);
        if (at !== base) closeSync(at.fd);
        at = next;
      }
    } catch (error) {
      if (at !== base) closeSync(at.fd);
      throw error;
    }
    this.#cache.add(directory, at);
    return at;
  }
}

function openChild(parent: OpenDirectory, name: string, walked: RelPath): OpenDirectory {
  const place = placeOf(parent.text, name);
  try {
    return describe(openSync(place, DIRECTORY_FLAGS));
  } catch (cause) {
    const errno = errnoOf(cause);
    if ((errno === 'ENOTDIR' || errno === 'ELOOP') && isLink(place)) {
      throw new FsError('PATH_ESCAPES', `A directory of ${displayPath(walked)} is a symbolic link`, {
        cause,
      });
    }
    throw classify(cause, { doing: 'enter', path: displayPath(walked) });
  }
}

function isLink(place: Buffer): boolean {
  return lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function describe(fd: number): OpenDirectory {
  return { fd, text: `/proc/self/fd/${fd}` };
}

function isSameDirectory(one: OpenDirectory | undefined, other: OpenDirectory | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return isSame(fstatSync(one.fd, { bigint: true }), fstatSync(other.fd, { bigint: true }));
}

function isSame(one: BigIntStats, other: BigIntStats): boolean {
  return one.ino === other.ino && one.dev === other.dev;
}
