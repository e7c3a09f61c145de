import type { RelPath } from '@clamshell/core';

export interface ArchiveEntry {
  readonly path: RelPath;
  readonly kind: 'file' | 'directory' | 'symlink';
  /** Permission bits, `& 0o777`. */
  readonly mode: number;
  readonly mtimeNs: bigint;
  /** Bytes of the body; 0 unless a file. */
  readonly size: number;
  /** Of a symlink, latin1 bytes: 1 to 4,096 without NUL. */
  readonly target?: string;
}

/** What `readArchive` yields. `name` is as it was sent, latin1, cut at 1,024 bytes: escape it before it is shown. */
export type ArchiveItem =
  | { readonly entry: ArchiveEntry; readonly body: AsyncIterable<Uint8Array> }
  | { readonly refused: string; readonly name: string };

export interface ReadArchiveLimits {
  /** Refused entries count too. */
  readonly maxEntries: number;
  /** Of all bodies together. */
  readonly maxTotalBytes: number;
  readonly maxFileBytes: number;
}

/** One entry to write. A file of size 0 needs no body. */
export interface ArchiveSource {
  readonly entry: ArchiveEntry;
  readonly body?: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}
