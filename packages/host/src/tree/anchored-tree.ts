import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';

import { baseNameOf, displayPath, FsError, type HostPath, parentOf, type RelPath } from '@clamshell/core';

import { classify, errnoOf } from '../errors/classify.ts';
import { type Anchor, placeOf } from './anchor.ts';
import { toHostStat } from './host-stat.ts';
import type { Containment, FindOptions, HostStat, HostTree } from './host-tree.ts';
import { runFind } from './run-find.ts';

const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;
const CREATE_FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const DIRECTORY_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY;
const LSTAT_OPTIONS = { bigint: true, throwIfNoEntry: false } as const;
const NS_PER_SECOND = 1_000_000_000n;

/** Each method is one system call, aimed through an anchor. */
export class AnchoredTree implements HostTree {
  readonly root: HostPath;
  readonly containment: Containment;
  readonly #anchor: Anchor;

  constructor(root: HostPath, anchor: Anchor) {
    this.root = root;
    this.containment = anchor.containment;
    this.#anchor = anchor;
  }

  stat(): HostStat {
    return this.#aim([], 'stat', () => toHostStat(this.#anchor.statRoot()));
  }

  list(directory: RelPath | undefined): string[] {
    return this.#aim([directory], 'list', () => {
      const place = Buffer.from(this.#anchor.reachAnew(directory), 'latin1');
      const names = readdirSync(place, { encoding: 'latin1' });
      // A removed directory shows itself empty: that must not pass for one whose files were removed.
      if (names.length === 0) this.#requireThere(directory);
      return names;
    });
  }

  lstat(path: RelPath): HostStat | undefined {
    try {
      const stats = this.#aim([path], 'stat', () => {
        const found = lstatSync(this.#place(path), LSTAT_OPTIONS);
        const isStale = found === undefined && this.#anchor.forgetIfRemoved(parentOf(path));
        return isStale ? lstatSync(this.#place(path), LSTAT_OPTIONS) : found;
      });
      return stats === undefined ? undefined : toHostStat(stats);
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw error;
    }
  }

  readLink(path: RelPath): string {
    return this.#aim([path], 'read the link', () => readlinkSync(this.#place(path), { encoding: 'latin1' }));
  }

  openForRead(path: RelPath): number {
    return this.#aim([path], 'read', () => {
      const fd = openSync(this.#place(path), READ_FLAGS);
      if (fstatSync(fd).isFile()) return fd;
      closeSync(fd);
      throw new FsError('FILE_KIND', `Not a regular file: ${displayPath(path)}`);
    });
  }

  createFile(path: RelPath, mode: number): number {
    return this.#aim([path], 'create', () => openSync(this.#place(path), CREATE_FLAGS, mode & 0o777));
  }

  makeDirectory(path: RelPath, mode: number): void {
    this.#aim([path], 'make the directory', () => mkdirSync(this.#place(path), mode & 0o777));
  }

  makeSymlink(path: RelPath, target: string): void {
    this.#aim([path], 'make the link', () => symlinkSync(Buffer.from(target, 'latin1'), this.#place(path)));
  }

  rename(from: RelPath, to: RelPath): void {
    this.#aim([from, to], 'rename', () => renameSync(this.#place(from), this.#place(to)));
    this.#anchor.forget(from);
    this.#anchor.forget(to);
  }

  link(from: RelPath, to: RelPath): boolean {
    try {
      this.#aim([from, to], 'link', () => linkSync(this.#place(from), this.#place(to)));
      return true;
    } catch (error) {
      if (error instanceof FsError && error.code === 'FILE_EXISTS') return false;
      throw error;
    }
  }

  unlink(path: RelPath): void {
    this.#aim([path], 'remove', () => unlinkSync(this.#place(path)));
  }

  removeDirectory(path: RelPath): void {
    this.#aim([path], 'remove the directory', () => rmdirSync(this.#place(path)));
    this.#anchor.forget(path);
  }

  setMode(path: RelPath, mode: number): void {
    this.#aim([path], 'set the mode of', () => this.#anchor.setMode(this.#place(path), mode & 0o7777));
  }

  setTimes(path: RelPath, mtimeNs: bigint): void {
    const seconds = toSeconds(mtimeNs);
    this.#aim([path], 'set the time of', () => lutimesSync(this.#place(path), seconds, seconds));
  }

  syncDirectory(directory: RelPath | undefined): void {
    this.#aim([directory], 'make durable', () => {
      const fd = openSync(placeOf(this.#anchor.reach(directory), '.'), DIRECTORY_FLAGS);
      try {
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
    });
  }

  async find(expression: readonly string[], options: FindOptions): Promise<Buffer | undefined> {
    if (this.containment !== 'kernel-anchored') return undefined;
    const printed = await runFind(this.#anchor.reach(undefined), expression, options);
    // A removed root shows itself empty.
    this.stat();
    return printed;
  }

  [Symbol.dispose](): void {
    this.#anchor[Symbol.dispose]();
  }

  /** Runs `call`; once more where a directory it reached was removed, and perhaps made anew, since it was opened. */
  #aim<Value>(paths: readonly (RelPath | undefined)[], doing: string, call: () => Value): Value {
    this.#anchor.begin();
    try {
      try {
        return call();
      } catch (error) {
        if (errnoOf(error) !== 'ENOENT' || !this.#forgetStale(paths)) throw error;
        return call();
      }
    } catch (error) {
      throw classify(error, { doing, path: paths.map(describePath).join(' to ') });
    }
  }

  #forgetStale(paths: readonly (RelPath | undefined)[]): boolean {
    const stale = paths.filter((path) => path !== undefined && this.#anchor.forgetIfRemoved(parentOf(path)));
    return stale.length > 0;
  }

  #place(path: RelPath): Buffer {
    return placeOf(this.#anchor.reach(parentOf(path)), baseNameOf(path));
  }

  #requireThere(directory: RelPath | undefined): void {
    if (directory === undefined) this.#anchor.statRoot();
    else if (this.#anchor.forgetIfRemoved(directory)) {
      throw new FsError('FILE_NOT_FOUND', `The directory was removed: ${displayPath(directory)}`);
    }
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof FsError && ['FILE_NOT_FOUND', 'FILE_KIND', 'PATH_ESCAPES'].includes(error.code);
}

/** As text, since Node takes a negative number for the present time. */
function toSeconds(ns: bigint): string {
  const whole = ns / NS_PER_SECOND;
  return String(Number(whole) + Number(ns - whole * NS_PER_SECOND) / 1e9);
}

function describePath(path: RelPath | undefined): string {
  return path === undefined ? 'the root' : displayPath(path);
}
