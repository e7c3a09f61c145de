/*
 * OpenClaw's file tools, as they speak to a sandbox: what 2026.3.22 needs and what 2026.9 adds. Written down here because
 * the newer ones ship no types for it. Host and sandbox names are both legal everywhere, absolute or relative to `cwd`.
 */

export interface FileRequest {
  readonly filePath: string;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
}

/** A path whose parents were resolved before, which the mutation then has to hit. */
interface Pinned {
  readonly pinnedPath?: string;
}

export interface WriteRequest extends FileRequest, Pinned {
  readonly data: Buffer | string;
  readonly encoding?: BufferEncoding;
  /** Parents are made unless it is false. */
  readonly mkdir?: boolean;
}

export interface RemoveRequest extends FileRequest, Pinned {
  readonly recursive?: boolean;
  /** A missing path is success unless it is false. */
  readonly force?: boolean;
}

export interface RenameRequest {
  readonly from: string;
  readonly to: string;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
}

export interface CopyRequest extends Pinned {
  readonly sourcePath: string;
  readonly destinationPath: string;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
}

export interface SandboxPath {
  /** Missing where the file is not on the host. */
  readonly hostPath?: string;
  readonly relativePath: string;
  readonly containerPath: string;
}

export interface FileStat {
  readonly type: 'file' | 'directory' | 'other';
  readonly size: number;
  readonly mtimeMs: number;
}

export interface FileSource {
  readonly data: Buffer;
  readonly canonicalPath: string;
  readonly workspaceRelativePath?: string;
}

export type PinnedAction = 'write' | 'create' | 'mkdir' | 'remove' | 'copy-destination';

/** Under this key a bridge gives the canonical path by which mutations of one file queue up. */
export const FILE_IDENTITY = Symbol.for('openclaw.sandboxFileIdentity');

/** Plain and mutable: OpenClaw replaces methods of it. */
export interface SandboxFsBridge {
  resolvePath(request: FileRequest): SandboxPath;
  readFile(request: FileRequest & { readonly maxBytes?: number }): Promise<Buffer>;
  readFileWithSource(request: FileRequest & { readonly maxBytes?: number }): Promise<FileSource>;
  readDirectory(
    request: FileRequest,
  ): Promise<readonly { readonly name: string; readonly isDirectory: boolean }[]>;
  writeFile(request: WriteRequest): Promise<void>;
  createFileExclusive(request: WriteRequest): Promise<'created' | 'exists'>;
  mkdirp(request: FileRequest & Pinned): Promise<void>;
  remove(request: RemoveRequest): Promise<void>;
  rename(request: RenameRequest): Promise<void>;
  copyFile(request: CopyRequest): Promise<void>;
  stat(request: FileRequest): Promise<FileStat | null>;
  resolvePinnedMutationTarget(
    request: FileRequest & { readonly action: PinnedAction },
  ): Promise<{ readonly policyPath: string; readonly pinnedPath: string }>;
  readonly pathMappings: readonly { readonly hostRoot: string; readonly containerRoot: string }[];
  [FILE_IDENTITY](request: FileRequest): Promise<string>;
}
