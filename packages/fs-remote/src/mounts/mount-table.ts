import path from 'node:path';

import {
  type BridgePath,
  FsError,
  type HostPath,
  invariant,
  type Mount,
  parseRemotePath,
  type RelPath,
  relPathFromText,
  type ResolvedPath,
} from '@clamshell/core';

import { type Below, isAbsolute, joinNames, partBelow } from './part-below.ts';

export interface MountTableOptions {
  /** One or more. A root inside another is the more specific one: what is below it belongs to it. */
  readonly mounts: readonly Mount[];
  /** Parts of mounts that are closed to writes, such as skills; nor may a directory above one be removed or renamed. */
  readonly closed?: readonly BridgePath[] | undefined;
  /** Whether the host has the files too. */
  readonly onHost: boolean;
}

/** Names on either side and the places they mean; no I/O. */
export class MountTable {
  readonly mounts: readonly Mount[];
  readonly #closed: readonly BridgePath[];
  readonly #onHost: boolean;

  constructor({ mounts, closed = [], onHost }: MountTableOptions) {
    invariant(mounts.length > 0, 'a bridge has a mount');
    this.mounts = mounts;
    this.#closed = closed;
    this.#onHost = onHost;
  }

  resolve(name: string, cwd?: string): ResolvedPath {
    const from = cwd ?? (this.mounts[0]?.sandbox as string);
    const full = isAbsolute(name) ? name : joinNames(from, name);
    const best = this.mounts.flatMap((mount) => rootsOf(mount, full)).toSorted(byLongestRoot)[0];
    if (best === undefined || full.includes('\0')) {
      throw new FsError('PATH_ESCAPES', `Not in any mount: ${name}`);
    }
    const { mount, below } = best;
    return this.locate({ mount, path: below === '' ? undefined : relPathFromText(below) });
  }

  locate({ mount, path: relPath }: BridgePath): ResolvedPath {
    const text = relPath === undefined ? '' : Buffer.from(relPath, 'latin1').toString('utf8');
    const sandboxPath = text === '' ? mount.sandbox : (`${mount.sandbox}/${text}` as typeof mount.sandbox);
    const hostPath = this.#onHost ? onHost(mount.host, text) : undefined;
    return { mount, path: relPath, hostPath, sandboxPath };
  }

  /** What no mutation by way of `mount` may touch: its closed parts, and whatever read-only mount lies inside it. */
  closedIn(mount: Mount): readonly RelPath[] {
    const parts = this.#closed.filter((place) => place.mount === mount).map((place) => place.path);
    const inner = this.mounts
      .filter(({ readOnly, sandbox }) => readOnly && sandbox !== mount.sandbox)
      .map(({ sandbox }) => partBelow(mount.sandbox, sandbox))
      .filter((below) => below !== undefined && below !== '')
      .map((below) => relPathFromText(below as string));
    return [...parts.filter((part) => part !== undefined), ...inner];
  }

  /** Throws FILE_READ_ONLY where nothing of the mount may be written. */
  requireWritable({ mount }: BridgePath): void {
    const isClosed = this.#closed.some((place) => place.mount === mount && place.path === undefined);
    if (mount.readOnly || isClosed) {
      throw new FsError('FILE_READ_ONLY', `Closed to writes: ${parseRemotePath(mount.sandbox)}`);
    }
  }
}

interface Candidate {
  readonly mount: Mount;
  readonly below: Below;
  readonly length: number;
}

function rootsOf(mount: Mount, full: string): readonly Candidate[] {
  return [mount.sandbox, mount.host].flatMap((root) => {
    const below = partBelow(root, full);
    return below === undefined ? [] : [{ mount, below, length: root.length }];
  });
}

function byLongestRoot(one: Candidate, other: Candidate): number {
  return other.length - one.length;
}

function onHost(root: HostPath, below: string): HostPath {
  const flavour = isAbsolute(root) && !root.startsWith('/') ? path.win32 : path.posix;
  return flavour.join(root, below) as HostPath;
}
