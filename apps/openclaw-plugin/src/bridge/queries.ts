import path from 'node:path';

import {
  type DirectoryEntry,
  type FileEntry,
  FsError,
  type ReadResult,
  type ResolvedPath,
} from '@clamshell/core';

import {
  FILE_IDENTITY,
  type FileRequest,
  type FileStat,
  type SandboxFsBridge,
} from '../openclaw/fs-bridge.ts';
import { identify } from './identity.ts';
import { resolvePlace, toSandboxPath } from './places.ts';
import { type BridgeDeps, withPlace } from './with-place.ts';

type Queries = Pick<
  SandboxFsBridge,
  'resolvePath' | 'readFile' | 'readFileWithSource' | 'readDirectory' | 'stat' | typeof FILE_IDENTITY
>;

/** What a read takes into memory at most where OpenClaw names no limit: what it allows a command's output. */
const MAX_READ_BYTES = 104_857_600;

export function queries(deps: BridgeDeps): Queries {
  return {
    resolvePath: (request) => toSandboxPath(deps, resolvePlace(deps, request)),
    readFile: async (request) => (await read(deps, request)).data,
    readFileWithSource: (request) => read(deps, request),
    readDirectory: (request) =>
      withPlace(deps, { ...request, action: 'list directories' }, async (place) =>
        (await deps.files.list(place, { signal: request.signal })).filter(isNotOurs).map(toListed),
      ),
    stat: (request) =>
      withPlace(deps, { ...request, action: 'stat files' }, async (place) => {
        const entry = await deps.files.stat(place, { signal: request.signal });
        return entry === undefined ? null : toStat(entry);
      }),
    [FILE_IDENTITY]: (request: FileRequest) => identify(resolvePlace(deps, request)),
  };
}

function read(deps: BridgeDeps, request: FileRequest & { readonly maxBytes?: number }) {
  const { signal, maxBytes = MAX_READ_BYTES } = request;
  return withPlace(deps, { ...request, action: 'read files' }, async (place) => {
    const result = await deps.files.read(place, { maxBytes, signal });
    // Another of its names may lie outside the mount.
    if (result.entry.links > 1) throw new FsError('FILE_LINKED', `${place.sandboxPath} has several names`);
    return toSource(deps, place, result);
  });
}

function toSource({ files, mounts }: BridgeDeps, { mount }: ResolvedPath, { bytes, canonical }: ReadResult) {
  const canonicalPath = files.locate({ mount, path: canonical }).sandboxPath;
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const source = { data, canonicalPath };
  return mount === mounts.workspace
    ? { ...source, workspaceRelativePath: path.posix.relative(mount.sandbox, canonicalPath) }
    : source;
}

/** Staging and undo are no part of the workspace. */
function isNotOurs({ name }: DirectoryEntry): boolean {
  return name !== '.clamshell';
}

function toListed({ name, kind }: DirectoryEntry) {
  return { name: Buffer.from(name, 'latin1').toString('utf8'), isDirectory: kind === 'directory' };
}

function toStat({ kind, size, mtimeNs }: FileEntry): FileStat {
  const type = kind === 'file' || kind === 'directory' ? kind : 'other';
  return { type, size, mtimeMs: Number(mtimeNs / 1000n) / 1000 };
}
