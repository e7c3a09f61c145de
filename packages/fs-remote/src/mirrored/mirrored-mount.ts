import {
  type BridgePath,
  type CallOptions,
  type FsError,
  type MirrorPeer,
  type Mount,
  type ProtectGroup,
  type RelPath,
  SyncError,
  withholdReason,
  type WorkspaceMirror,
} from '@clamshell/core';
import { openHostTree } from '@clamshell/host';

import type { MountTable } from '../mounts/mount-table.ts';
import { failure, findHostPlace, type FindOptions, type HostPlace } from './host-place.ts';

/** One mount with the mirror of its halves. */
export interface MirroredMount {
  readonly mount: Mount;
  readonly mirror: Pick<WorkspaceMirror, 'commitPath' | 'sync'>;
}

export interface HalvesOptions {
  readonly table: MountTable;
  readonly mounts: readonly MirroredMount[];
  readonly peer: MirrorPeer;
  /** Whether a command runs in the sandbox, so that its half may be newer than the host's. */
  readonly isRunOpen: () => boolean;
  /** Groups of the protected-path table that hold; all of them when left out. */
  readonly protectGroups?: readonly ProtectGroup[] | undefined;
}

/** A place on the host, and the tree it is in, for one operation. */
export type OpenPlace = HostPlace & Disposable;

/** The two halves of each mount: finds places on the host, and brings both into step. */
export class Halves {
  readonly #options: HalvesOptions;

  constructor(options: HalvesOptions) {
    this.#options = options;
  }

  /** For a query: while a command runs, what it just wrote is brought first. */
  async look(at: BridgePath, find: FindOptions, call: CallOptions): Promise<OpenPlace> {
    if (!this.#options.isRunOpen()) return this.find(at, find);
    {
      using before = this.find(at, find);
      await this.sync(at.mount, { paths: pathsOf(before.path), call });
    }
    return this.find(at, find);
  }

  find(at: BridgePath, find: FindOptions): OpenPlace {
    const tree = openHostTree(at.mount.host);
    try {
      const place = findHostPlace(tree, at.path, find);
      return { ...place, [Symbol.dispose]: () => tree[Symbol.dispose]() };
    } catch (error) {
      tree[Symbol.dispose]();
      throw error;
    }
  }

  /** FILE_READ_ONLY for what is closed, and for what holds something closed when the mutation goes deep. */
  guard(at: BridgePath, { path }: HostPlace, isDeep: boolean): void {
    this.#options.table.requireWritable(at);
    for (const closed of this.#options.table.closedIn(at.mount)) {
      const isInside = `${path ?? ''}/`.startsWith(`${closed}/`);
      if (isInside || (isDeep && (path === undefined || closed.startsWith(`${path}/`)))) throw readOnly(path);
    }
  }

  isProtected(path: RelPath): boolean {
    return withholdReason(path, this.#options.protectGroups) !== undefined;
  }

  /** The protected-path table holds for changes through a bridge as it does for pulls. */
  requireUnprotected(path: RelPath): void {
    const reason = withholdReason(path, this.#options.protectGroups);
    if (reason !== undefined) throw failure('FILE_READ_ONLY', path, `is protected: ${reason}`);
  }

  mirrorOf(mount: Mount): MirroredMount['mirror'] {
    const found = this.#options.mounts.find((each) => each.mount === mount);
    if (found === undefined) throw failure('PATH_ESCAPES', undefined, 'belongs to no mirror');
    return found.mirror;
  }

  get peer(): MirrorPeer {
    return this.#options.peer;
  }

  /** Merges some paths. `isMeant`: what is missing on the host was removed on purpose. */
  async sync(
    mount: Mount,
    { paths, isMeant, call }: { paths: readonly RelPath[]; isMeant?: boolean; call: CallOptions },
  ): Promise<void> {
    const selected = paths.length === 0 ? undefined : paths;
    const believe = isMeant === true ? 'host' : undefined;
    const { signal } = call;
    const outcome = await this.mirrorOf(mount).sync(this.peer, { paths: selected, believe, signal });
    if (outcome.status === 'halted') {
      throw new SyncError('SYNC_HALTED', `The mirror of ${mount.sandbox} halted: ${outcome.reason}`, {
        context: { reason: outcome.reason },
      });
    }
  }
}

export function readOnly(path: RelPath | undefined): FsError {
  return failure('FILE_READ_ONLY', path, 'is closed to writes, or holds what is');
}

function pathsOf(path: RelPath | undefined): readonly RelPath[] {
  return path === undefined ? [] : [path];
}
