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
  readonly sandboxPath: RemotePath;
}

export interface ReadOptions extends CallOptions {
  /** Rejects with OUTPUT_LIMIT when the file is longer, in bytes. */
  readonly maxBytes: number;
  /** Where to begin, in bytes; a range needs the `ranges` capability. */
  readonly offset?: number | undefined;
}

export interface ReadResult {
  readonly bytes: Uint8Array;
  /** Where the bytes were read, with every symbolic link inside the mount followed. */
  readonly canonical: RelPath;
  readonly entry: FileEntry;
}

export interface MutateOptions extends CallOptions {
  /** Pins the mutation: rejects with FILE_CHANGED where `path` no longer leads to this canonical path. */
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

export interface DirectoryEntry extends FileEntry {
  /** One character per byte (latin1). */
  readonly name: string;
}

export type FsBatchItem =
  | { readonly do: 'lstat'; readonly at: BridgePath }
  | { readonly do: 'read'; readonly at: BridgePath; readonly maxBytes: number };

export type FsBatchResult =
  | { readonly status: 'found'; readonly entry: FileEntry; readonly bytes?: Uint8Array | undefined }
  | { readonly status: 'missing' }
  | { readonly status: 'failed'; readonly error: unknown };

/**
 * Files of a session's mounts at a distance. Confined to them: a symbolic link is followed only while it stays inside
 * its mount, and a path that leads out rejects with PATH_ESCAPES.
 *
 * Calls may overlap; mutations of one path are made in the order they were called. An abort ends the call; a mutation
 * has then happened whole or not at all, but for recursive removals. `resolve`, `lstat`, `stat`, `list` and `read` are
 * idempotent; mutations are not, and none is ever made a second time. A missing path is `undefined` for `lstat` and
 * `stat` and FILE_NOT_FOUND elsewhere. After CONNECTION_LOST every call rejects likewise; after any other error every
 * call is legal. Optional methods are capabilities.
 */
export interface FsBridge {
  readonly mounts: readonly Mount[];
  /** Names on either side to one place: the longest mount wins. Pure and synchronous; says nothing about what is there. */
  resolve(name: string, cwd?: string): ResolvedPath;
  lstat(at: BridgePath, options?: CallOptions): Promise<FileEntry | undefined>;
  stat(at: BridgePath, options?: CallOptions): Promise<FileEntry | undefined>;
  list(at: BridgePath, options?: CallOptions): Promise<readonly DirectoryEntry[]>;
  read(at: BridgePath, options: ReadOptions): Promise<ReadResult>;
  /** Replaces the content as one step; the mode of a file that was there stays. */
  write(at: BridgePath, content: Uint8Array, options?: WriteOptions): Promise<void>;
  /** Resolves with false, changing nothing, where something is there. */
  createExclusive(at: BridgePath, content: Uint8Array, options?: WriteOptions): Promise<boolean>;
  append(at: BridgePath, content: Uint8Array, options?: WriteOptions): Promise<void>;
  /** With its parents; a directory that is there is success. */
  makeDirectory(at: BridgePath, options?: MutateOptions): Promise<void>;
  remove(at: BridgePath, options?: RemoveFileOptions): Promise<void>;
  rename(move: { readonly from: BridgePath; readonly to: BridgePath }, options?: WriteOptions): Promise<void>;
  copy(copy: { readonly from: BridgePath; readonly to: BridgePath }, options?: WriteOptions): Promise<void>;
  stream?(at: BridgePath, options?: CallOptions): AsyncIterable<Uint8Array>;
  walk?(
    at: BridgePath,
    options: CallOptions & { readonly maxDepth: number },
  ): AsyncIterable<ResolvedPath & FileEntry>;
  /** Places under `at` whose content changed; hints, which may be late or too many. */
  watch?(at: BridgePath, options?: CallOptions): AsyncIterable<BridgePath>;
  search?(
    at: BridgePath,
    options: CallOptions & { readonly pattern: string; readonly maxMatches: number },
  ): AsyncIterable<BridgePath & { readonly line: number; readonly text: string }>;
  /** Many operations in as few round trips as their size allows; one that fails leaves the others alone. */
  batch?(items: readonly FsBatchItem[], options?: CallOptions): Promise<readonly FsBatchResult[]>;
}
