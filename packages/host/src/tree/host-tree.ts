import type { HostPath, RelPath } from '@clamshell/core';

/** One `lstat`, exact to the nanosecond. */
export interface HostStat {
  readonly kind: 'file' | 'directory' | 'symlink' | 'special';
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly inode: bigint;
  readonly device: bigint;
  /** Permission bits with setuid, setgid and sticky: `& 0o7777`. */
  readonly mode: number;
  readonly links: number;
}

/**
 * How a path is kept inside the root. `kernel-anchored`: every operation names one entry of an open directory, which
 * the kernel resolves (openat semantics through `/proc/self/fd`). `checked-walk`: every parent is looked at right
 * before the operation, which leaves a window to a local process that swaps one meanwhile.
 */
export type Containment = 'kernel-anchored' | 'checked-walk';

export interface FindOptions {
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A host directory and what is below it. No call follows a symbolic link below the root, neither as a parent nor as
 * the entry itself. Names are bytes, one latin1 character each.
 *
 * Calls are synchronous, since bulk file work is 8 times faster so (speed §3.3): yield between directories.
 * Open directories are remembered. One that somebody else moves meanwhile is still worked in where it went, until
 * `list` looks for it again; `list` always does, so a scan from the top sees what is there. After any error every
 * call is legal. Dispose once done; descriptors that were handed out are the caller's.
 *
 * Errors are FsErrors with the system's own as `cause`: FILE_NOT_FOUND, FILE_EXISTS, FILE_KIND, FILE_ACCESS,
 * FILE_IO_FAILED, PATH_INVALID where the file system refuses the name, and PATH_ESCAPES where a directory on the way is
 * a link.
 */
export interface HostTree extends Disposable {
  /** The real path the tree was opened at. */
  readonly root: HostPath;
  readonly containment: Containment;
  /** Of the root. FILE_NOT_FOUND once it was removed. */
  stat(): HostStat;
  /** Names in `directory` (the root when undefined), in no order. */
  list(directory: RelPath | undefined): string[];
  /** `undefined` when it, or a directory on the way to it, is missing or is something else, such as a link. */
  lstat(path: RelPath): HostStat | undefined;
  readLink(path: RelPath): string;
  /** A descriptor of a regular file; FILE_KIND for all else. Never blocks on a FIFO (hostile-input row 52). */
  openForRead(path: RelPath): number;
  /** A descriptor, for reading and writing, of a file that was not there. `mode & 0o777`, less the umask. */
  createFile(path: RelPath, mode: number): number;
  /** `mode & 0o777`, less the umask. */
  makeDirectory(path: RelPath, mode: number): void;
  /** `target` is latin1 bytes, not looked at. */
  makeSymlink(path: RelPath, target: string): void;
  /** Replaces a file or an empty directory at `to`. Two names of one inode stay as they are (POSIX). */
  rename(from: RelPath, to: RelPath): void;
  /** A second name for a file; false when `to` exists, whatever it is. */
  link(from: RelPath, to: RelPath): boolean;
  unlink(path: RelPath): void;
  /** Of an empty directory. */
  removeDirectory(path: RelPath): void;
  /** Of a file or directory. Permission bits exactly, whatever the umask. */
  setMode(path: RelPath, mode: number): void;
  /** Of the entry itself, also a link; within 1 µs, since Node takes a double. The access time is set likewise. */
  setTimes(path: RelPath, mtimeNs: bigint): void;
  /** Makes what was created, renamed or removed in `directory` durable. */
  syncDirectory(directory: RelPath | undefined): void;
  /**
   * What the system's `find . EXPRESSION` prints, run in the root; the one call that is not synchronous, and the quickest
   * look at a whole tree. `undefined` where that can't be had as a whole: there is no such program, it complained of
   * anything, or it said too much; `list` and `lstat` then tell more. Rejects with the abort's reason, and with
   * FILE_NOT_FOUND once the root was removed.
   */
  find(expression: readonly string[], options: FindOptions): Promise<Buffer | undefined>;
}
