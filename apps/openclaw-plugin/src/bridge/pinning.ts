import path from 'node:path';

import { type MutateOptions, relPathFromText, type ResolvedPath } from '@clamshell/core';

import type { FileRequest, PinnedAction } from '../openclaw/fs-bridge.ts';
import { hostError } from '../openclaw/host-error.ts';
import type { FileAction } from './failures.ts';
import { type BridgeDeps, withPlace } from './with-place.ts';

const ACTIONS: Readonly<Record<PinnedAction, FileAction>> = {
  write: 'write files',
  create: 'create files',
  mkdir: 'create directories',
  remove: 'remove files',
  'copy-destination': 'copy files',
};

/** Where a mutation would happen, every link on the way followed: for OpenClaw to judge, then to insist on. */
export function resolvePinned(deps: BridgeDeps, request: FileRequest & { readonly action: PinnedAction }) {
  const { signal } = request;
  return withPlace(deps, { ...request, action: ACTIONS[request.action] }, async (place) => {
    if (request.action === 'mkdir') return pinned(deps, await deps.files.canonical(place, { signal }));
    const { mount, path: relPath } = await deps.files.canonical(parentOf(place), { signal });
    const parent = deps.files.locate({ mount, path: relPath }).sandboxPath;
    const target = path.posix.join(parent, path.posix.basename(place.sandboxPath));
    return { policyPath: target, pinnedPath: target };
  });
}

/** Holds a mutation to what was resolved before. */
export function pin(
  deps: BridgeDeps,
  place: ResolvedPath,
  {
    pinnedPath,
    action,
    signal,
  }: { pinnedPath?: string | undefined; action: FileAction; signal?: AbortSignal },
): MutateOptions {
  if (pinnedPath === undefined) return { signal };
  const target = deps.files.resolve(pinnedPath);
  const isSameName = path.posix.basename(target.sandboxPath) === path.posix.basename(place.sandboxPath);
  if (target.mount !== place.mount || (action !== 'create directories' && !isSameName)) {
    const told = `Pinned sandbox destination does not match the requested path; cannot ${action}`;
    throw hostError(`${told}: ${place.sandboxPath}`);
  }
  return { signal, canonical: target.path };
}

function pinned({ files }: BridgeDeps, at: Parameters<BridgeDeps['files']['locate']>[0]) {
  const { sandboxPath } = files.locate(at);
  return { policyPath: sandboxPath as string, pinnedPath: sandboxPath as string };
}

function parentOf({ mount, sandboxPath }: ResolvedPath) {
  const below = path.posix.relative(mount.sandbox, path.posix.dirname(sandboxPath));
  const isRoot = below === '' || below.startsWith('..');
  return { mount, path: isRoot ? undefined : relPathFromText(below) };
}
