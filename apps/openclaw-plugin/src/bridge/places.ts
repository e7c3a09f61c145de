import path from 'node:path';

import { type FsBridge, isClamshellError, type Mount, type ResolvedPath } from '@clamshell/core';

import type { FileRequest, SandboxPath } from '../openclaw/fs-bridge.ts';
import { hostError } from '../openclaw/host-error.ts';

/** The mounts of one scope, by the part they play. */
export interface Mounts {
  readonly workspace: Mount;
  /** The agent's own workspace, to read, where it is another directory. */
  readonly agent: Mount | undefined;
  /** Skills and other resources, to read. */
  readonly resources: readonly Mount[];
}

export interface NamesDeps {
  readonly files: Pick<FsBridge, 'resolve'>;
  readonly mounts: Mounts;
  readonly mode: 'mirror' | 'remote';
}

/** Names to places, with the words OpenClaw looks for where there is none. */
export function resolvePlace({ files, mounts, mode }: NamesDeps, request: FileRequest): ResolvedPath {
  const name = request.filePath.trim();
  try {
    return files.resolve(name, request.cwd ?? mounts.workspace.host);
  } catch (error) {
    if (!isClamshellError(error) || error.code !== 'PATH_ESCAPES') throw error;
    const told =
      mode === 'mirror'
        ? `Path escapes sandbox root (${mounts.workspace.host}): ${request.filePath}`
        : `Sandbox path escapes allowed mounts; cannot access: ${request.filePath}`;
    throw hostError(told, error);
  }
}

/** Relative to the workspace; the agent's own files keep their mount's name, so that the two can't be mixed up. */
export function toSandboxPath({ mounts }: NamesDeps, place: ResolvedPath): SandboxPath {
  const relativePath =
    place.mount === mounts.agent
      ? place.sandboxPath
      : path.posix.relative(mounts.workspace.sandbox, place.sandboxPath);
  const names = { relativePath, containerPath: place.sandboxPath };
  return place.hostPath === undefined ? names : { ...names, hostPath: place.hostPath };
}

/** Which host directory is which of the sandbox, the most special first. */
export function pathMappings({ workspace, agent, resources }: Mounts) {
  return [...resources, workspace, ...(agent === undefined ? [] : [agent])].map(({ host, sandbox }) => ({
    hostRoot: host as string,
    containerRoot: sandbox as string,
  }));
}
