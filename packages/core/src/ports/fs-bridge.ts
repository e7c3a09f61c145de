import type { RelPath } from '../paths/paths.ts';
import type { CallOptions } from './call-options.ts';

export interface FileEntry {
  readonly kind: 'file' | 'directory' | 'symlink' | 'special';
  readonly size: number;
  readonly mtimeNs: bigint;
}

export interface ReadOptions extends CallOptions {
  /** Rejects with OUTPUT_LIMIT when the file is longer, in bytes. */
  readonly maxBytes: number;
}

/**
 * Files of one mount at a distance; confined to it, following no symbolic link. Calls may overlap; an abort ends the
 * call. `lstat` and `read` are idempotent. A missing path is `undefined` for `lstat` and FILE_NOT_FOUND for `read`.
 * After CONNECTION_LOST every call rejects likewise.
 */
export interface FsBridge {
  lstat(path: RelPath, options?: CallOptions): Promise<FileEntry | undefined>;
  read(path: RelPath, options: ReadOptions): Promise<Uint8Array>;
}
