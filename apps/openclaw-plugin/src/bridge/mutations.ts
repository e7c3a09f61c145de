import type { ResolvedPath } from '@clamshell/core';

import type { CopyRequest, RenameRequest, SandboxFsBridge, WriteRequest } from '../openclaw/fs-bridge.ts';
import type { FileAction } from './failures.ts';
import { pin, resolvePinned } from './pinning.ts';
import { resolvePlace } from './places.ts';
import { type BridgeDeps, withPlace } from './with-place.ts';

type Mutations = Pick<
  SandboxFsBridge,
  | 'writeFile'
  | 'createFileExclusive'
  | 'mkdirp'
  | 'remove'
  | 'rename'
  | 'copyFile'
  | 'resolvePinnedMutationTarget'
>;

export function mutations(deps: BridgeDeps): Mutations {
  const { files } = deps;
  const held = (
    place: ResolvedPath,
    action: FileAction,
    asked: { pinnedPath?: string; signal?: AbortSignal },
  ) => pin(deps, place, { ...asked, action });
  return {
    writeFile: (request) =>
      withPlace(deps, { ...request, action: 'write files' }, (place) => {
        const options = { ...held(place, 'write files', request), parents: request.mkdir !== false };
        return files.write(place, bytesOf(request), options);
      }),
    createFileExclusive: (request) =>
      withPlace(deps, { ...request, action: 'create files' }, async (place) => {
        const options = { ...held(place, 'create files', request), parents: request.mkdir !== false };
        return (await files.createExclusive(place, bytesOf(request), options)) ? 'created' : 'exists';
      }),
    mkdirp: (request) =>
      withPlace(deps, { ...request, action: 'create directories' }, (place) =>
        files.makeDirectory(place, held(place, 'create directories', request)),
      ),
    remove: (request) =>
      withPlace(deps, { ...request, action: 'remove files' }, (place) => {
        const { recursive = false, force = true } = request;
        return files.remove(place, { ...held(place, 'remove files', request), recursive, force });
      }),
    rename: (request) => rename(deps, request),
    copyFile: (request) => copy(deps, request),
    resolvePinnedMutationTarget: (request) => resolvePinned(deps, request),
  };
}

function rename(deps: BridgeDeps, { from: source, to: target, cwd, signal }: RenameRequest) {
  const from = resolvePlace(deps, named(source, cwd));
  return withPlace(deps, { ...named(target, cwd), action: 'rename files' }, (to) =>
    deps.files.rename({ from, to }, { signal, parents: true }),
  );
}

function copy(deps: BridgeDeps, request: CopyRequest) {
  const from = resolvePlace(deps, named(request.sourcePath, request.cwd));
  const asked = { ...named(request.destinationPath, request.cwd), action: 'copy files' as const };
  return withPlace(deps, asked, (to) =>
    deps.files.copy({ from, to }, { ...pin(deps, to, { ...request, action: 'copy files' }), parents: true }),
  );
}

function named(filePath: string, cwd: string | undefined) {
  return cwd === undefined ? { filePath } : { filePath, cwd };
}

function bytesOf({ data, encoding = 'utf8' }: WriteRequest): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data, encoding) : data;
}
