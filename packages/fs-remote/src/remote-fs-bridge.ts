import {
  type Argv,
  type BufferedResult,
  type CallOptions,
  displayPath,
  type FileEntry,
  FsError,
  invariant,
  type RelPath,
  type RemotePath,
  type ShellRunner,
} from '@clamshell/core';

import { type Refusal, type Reply, parseReply } from './parse-reply.ts';
import { LSTAT_PROGRAM, READ_PROGRAM } from './programs.ts';

export interface RemoteFsBridgeOptions {
  readonly shell: ShellRunner;
  /** Existing directory of the sandbox that no path leaves. */
  readonly root: RemotePath;
}

/** The first two methods of a bridge over one mount; paths are below its root. */
export interface SandboxFiles {
  lstat(path: RelPath, options?: CallOptions): Promise<FileEntry | undefined>;
  read(path: RelPath, options: CallOptions & { readonly maxBytes: number }): Promise<Uint8Array>;
}

/** The longest header line that a program of ours writes, and room beyond it. */
const MAX_HEADER_BYTES = 1024;

/**
 * Files of the sandbox as it has them, one command per call. Needs `sh`, GNU or busybox `stat`, `head` and `cat`, and for
 * `read` a mounted /proc.
 */
export function createRemoteFsBridge({ shell, root }: RemoteFsBridgeOptions): SandboxFiles {
  const ask = async (argv: Argv, request: Request): Promise<Reply> => {
    const stdin = Buffer.from(request.path, 'latin1');
    const maxOutputBytes = request.maxBytes + MAX_HEADER_BYTES;
    const result = await shell.run({ argv, stdin, maxOutputBytes }, { signal: request.options?.signal });
    return understand(result, request.path);
  };
  return {
    async lstat(path, options) {
      const reply = await ask(argvOf(LSTAT_PROGRAM, root, '0'), { path, maxBytes: 0, options });
      return reply.status === 'refused' ? absentOrThrow(reply.refusal, path) : entryOf(reply, path);
    },
    async read(path, options) {
      const { maxBytes } = options;
      invariant(Number.isSafeInteger(maxBytes) && maxBytes >= 0, 'maxBytes is a whole number of bytes');
      const reply = await ask(argvOf(READ_PROGRAM, root, String(maxBytes)), { path, maxBytes, options });
      if (reply.status === 'refused') throw refusalError(reply.refusal, path);
      return contentOf(reply, path, maxBytes);
    },
  };
}

interface Request {
  readonly path: RelPath;
  readonly maxBytes: number;
  readonly options: CallOptions | undefined;
}

function argvOf(program: string, root: RemotePath, limit: string): Argv {
  return ['sh', '-c', program, 'clamshell-fs', root, limit];
}

function understand(result: BufferedResult, path: RelPath): Reply {
  const reply = result.code === 0 ? parseReply(result.stdout) : undefined;
  if (reply !== undefined) return reply;
  const words = Buffer.from(result.stderr.subarray(0, MAX_HEADER_BYTES)).toString('utf8').trim();
  throw new FsError('FILE_REPLY_INVALID', `Unintelligible answer about ${displayPath(path)}`, {
    context: { exitCode: result.code, stderr: words },
  });
}

function absentOrThrow(refusal: Refusal, path: RelPath): undefined {
  if (refusal !== 'missing') throw refusalError(refusal, path);
  return undefined;
}

function entryOf(reply: Reply, path: RelPath): FileEntry {
  if (reply.status === 'entry') return reply.entry;
  throw new FsError('FILE_REPLY_INVALID', `Not an answer to lstat: ${displayPath(path)}`);
}

function contentOf(reply: Reply, path: RelPath, maxBytes: number): Uint8Array {
  if (reply.status !== 'content') {
    throw new FsError('FILE_REPLY_INVALID', `Not an answer to read: ${displayPath(path)}`);
  }
  if (reply.size > maxBytes) {
    throw new FsError('OUTPUT_LIMIT', `${displayPath(path)} has ${reply.size} bytes, more than ${maxBytes}`);
  }
  if (reply.body.length !== reply.size) {
    throw new FsError('FILE_CHANGED', `${displayPath(path)} changed while it was read`);
  }
  return reply.body;
}

function refusalError(refusal: Refusal, path: RelPath): FsError {
  const [code, says] = REFUSALS[refusal];
  return new FsError(code, `${displayPath(path)} ${says}`);
}

const REFUSALS = {
  missing: ['FILE_NOT_FOUND', 'does not exist'],
  'no-root': ['FILE_NOT_FOUND', 'can’t be reached: the mount’s root is missing'],
  escapes: ['PATH_ESCAPES', 'leads through a symbolic link'],
  symlink: ['FILE_KIND', 'is a symbolic link'],
  kind: ['FILE_KIND', 'is not a regular file'],
  access: ['FILE_ACCESS', 'can’t be opened'],
} as const satisfies Record<Refusal, readonly [FsError['code'], string]>;
