import type { HostPath, RelPath, RemotePath } from '../paths/paths.ts';
import type { CallOptions } from './call-options.ts';
import type { Mount } from './mount.ts';

export interface FileEntry {
  readonly kind: 'file' | 'directory' | 'symlink' | 'special';
  /** In bytes. */
  readonly size: number;
  readonly mtimeNs: bigint;
  /** The nine permission bits. */
  readonly mode: number;
  /** How many names the file has; more than one means that it may have one outside the mount. */
  readonly links: number;
}

/** A place in a mount. */
export interface BridgePath {
  readonly mount: Mount;
  /** `undefined` at the mount's root. */
  readonly path: RelPath | undefined;
}

export interface ResolvedPath extends BridgePath {
  /** Missing where the file is not on the host. */
  readonly hostPath: HostPath | undefined;
  /** Text: bytes that are no UTF-8 are shown as replacement characters. */
  readonly sandboxPath: RemotePath;
}

/**
 * How paths are kept inside their mount. `kernel-anchored`: every step is taken in an open directory, so that nothing
 * swapped meanwhile leads out. `checked-walk`: the directory is entered and held, but its entry is looked at right
 * before it is used, and trees are read by name, which leaves a window to a process of the sandbox.
 */
export type FsContainment = 'kernel-anchored' | 'checked-walk';

export interface ReadOptions extends CallOptions {
  /** Rejects with OUTPUT_LIMIT, transferring nothing, when there is more to read; in bytes. */
  readonly maxBytes: number;
  /** Only this part, in bytes; what lies beyond the file's end is left out. The whole file when left out. */
  readonly range?: { readonly offset: number; readonly length: number } | undefined;
}

export interface ReadResult {
  readonly bytes: Uint8Array;
  /** Where the bytes were read, every symbolic link followed. */
  readonly canonical: RelPath;
  readonly entry: FileEntry;
}

export interface MutateOptions extends CallOptions {
  /** Pins the mutation: rejects with FILE_CHANGED where the (last) place no longer leads to this canonical path. */
  readonly canonical?: RelPath | undefined;
}

export interface WriteOptions extends MutateOptions {
  /** Makes missing parents. */
  readonly parents?: boolean | undefined;
}

export interface RemoveFileOptions extends MutateOptions {
  readonly recursive?: boolean | undefined;
  /** A missing path is success. */
  readonly force?: boolean | undefined;
}

export interface FromTo {
  readonly from: BridgePath;
  readonly to: BridgePath;
}

export interface DirectoryEntry extends FileEntry {
  /** One character per byte (latin1). */
  readonly name: string;
}

export interface Checksum {
  /** SHA-256 of the content, in hex. */
  readonly sha256: string;
  readonly entry: FileEntry;
}

export type FsBatchQuery =
  | { readonly do: 'lstat' | 'stat' | 'checksum'; readonly at: BridgePath }
  | { readonly do: 'read'; readonly at: BridgePath; readonly maxBytes: number };

export type FsBatchMutation =
  | ({
      readonly do: 'write' | 'append' | 'createExclusive';
      readonly at: BridgePath;
      readonly content: Uint8Array;
    } & Omit<WriteOptions, keyof CallOptions>)
  | ({ readonly do: 'makeDirectory'; readonly at: BridgePath } & Omit<MutateOptions, keyof CallOptions>)
  | ({ readonly do: 'remove'; readonly at: BridgePath } & Omit<RemoveFileOptions, keyof CallOptions>)
  | ({ readonly do: 'rename' | 'copy' } & FromTo & Omit<WriteOptions, keyof CallOptions>);

export type FsBatchItem = FsBatchQuery | FsBatchMutation;

export type FsBatchResult =
  | {
      readonly status: 'found';
      readonly entry: FileEntry;
      readonly bytes?: Uint8Array | undefined;
      readonly sha256?: string | undefined;
    }
  /** Of a query. */
  | { readonly status: 'missing' }
  /** Of a mutation. */
  | { readonly status: 'done' }
  /** With FILE_EXISTS where `createExclusive` found something. */
  | { readonly status: 'failed'; readonly error: unknown };

export interface SearchOptions extends CallOptions {
  /** A POSIX extended regular expression, matched against each line. */
  readonly pattern: string;
  readonly maxMatches: number;
}

export interface SearchMatch extends BridgePath {
  /** From 1. */
  readonly line: number;
  /** Without its newline, decoded as UTF-8, and cut where it is very long. */
  readonly text: string;
}

/**
 * Files of a session's mounts at a distance. Confined to them: a symbolic link is followed only while it stays inside
 * its mount, and a path that leads out rejects with PATH_ESCAPES. Links on the way are always followed; one at the end
 * is by `stat`, `read`, `list`, `write`, `append`, `copy` and `makeDirectory`, and is the thing itself for `lstat`,
 * `createExclusive`, `remove` and `rename`.
 *
 * Calls may overlap; mutations of one path are made in the order they were called. An abort ends the call; a mutation
 * has then happened whole or not at all, but for recursive removals. Queries are idempotent; mutations are not, and
 * none is ever made a second time. A missing path, and one below a file, is `undefined` for `lstat` and `stat` and
 * FILE_NOT_FOUND elsewhere. Every mutation rejects with FILE_READ_ONLY where its mount or a part of it is closed to
 * writes, and with FILE_LINKED rather than write to a file with several names. After CONNECTION_LOST every call rejects
 * likewise; after any other error every call is legal. Optional methods are capabilities.
 */
export interface FsBridge {
  readonly mounts: readonly Mount[];
  /**
   * A name on either side, absolute or relative to `cwd` (also on either side; the first mount's sandbox root when left
   * out), to one place: the longest root wins. Pure and synchronous; says nothing about what is there. Throws
   * PATH_ESCAPES for what lies in no mount.
   */
  resolve(name: string, cwd?: string): ResolvedPath;
  /** The names of a place. Pure and synchronous. */
  locate(at: BridgePath): ResolvedPath;
  containment(options?: CallOptions): Promise<FsContainment>;
  /** Where `at` leads now, every symbolic link followed; what is missing may be made there. */
  canonical(at: BridgePath, options?: CallOptions): Promise<BridgePath>;
  lstat(at: BridgePath, options?: CallOptions): Promise<FileEntry | undefined>;
  stat(at: BridgePath, options?: CallOptions): Promise<FileEntry | undefined>;
  /** In no order. */
  list(at: BridgePath, options?: CallOptions): Promise<readonly DirectoryEntry[]>;
  /** Of a regular file: FILE_KIND for all else. */
  read(at: BridgePath, options: ReadOptions): Promise<ReadResult>;
  /** Replaces the content as one step; the mode of a file that was there stays. */
  write(at: BridgePath, content: Uint8Array, options?: WriteOptions): Promise<void>;
  /** Resolves with false, changing nothing, where something is there, whatever it is. */
  createExclusive(at: BridgePath, content: Uint8Array, options?: WriteOptions): Promise<boolean>;
  /** Makes the file where it is missing. */
  append(at: BridgePath, content: Uint8Array, options?: WriteOptions): Promise<void>;
  /** With its parents; a directory that is there is success. */
  makeDirectory(at: BridgePath, options?: MutateOptions): Promise<void>;
  /** Of a directory only where it is empty, else FILE_NOT_EMPTY, or `recursive`. */
  remove(at: BridgePath, options?: RemoveFileOptions): Promise<void>;
  /** Of files, links and directories. Replaces a regular file with anything but a directory; FILE_EXISTS for all else. */
  rename(move: FromTo, options?: WriteOptions): Promise<void>;
  /** One regular file, without its bytes leaving the sandbox; as `write` at its destination. A new one has its mode. */
  copy(copy: FromTo, options?: WriteOptions): Promise<void>;
  /** A file's bytes, whatever its size. Rejects with FILE_CHANGED once it is replaced or shrinks. */
  stream?(at: BridgePath, options?: CallOptions): AsyncIterable<Uint8Array>;
  /** Everything below a directory to a depth of 1 or more, parents first; links are not entered. */
  walk?(
    at: BridgePath,
    options: CallOptions & { readonly maxDepth: number },
  ): AsyncIterable<BridgePath & FileEntry>;
  /** Of a regular file, whatever its size, without its bytes leaving the sandbox: FILE_KIND for all else. */
  checksum?(at: BridgePath, options?: CallOptions): Promise<Checksum>;
  /**
   * Places at and below a directory that were made, changed or removed; the first is `at` itself, once it is watched.
   * Hints: late, too many, and a directory stands for all that is below it, as `at` does where too much happened at
   * once. Goes on until its abort, which rejects, or until the loop is left.
   */
  watch?(at: BridgePath, options?: CallOptions): AsyncIterable<BridgePath>;
  /** Lines of regular text files below a directory; links are not entered. */
  search?(at: BridgePath, options: SearchOptions): AsyncIterable<SearchMatch>;
  /** Many calls, made in their order, in as few round trips as their size allows; one that fails leaves the others alone. */
  batch?(items: readonly FsBatchItem[], options?: CallOptions): Promise<readonly FsBatchResult[]>;
}
