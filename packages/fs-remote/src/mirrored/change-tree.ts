import {
  type CallOptions,
  type BridgePath,
  type MutateOptions,
  parentOf,
  type RelPath,
  type RemoveFileOptions,
} from '@clamshell/core';
import type { HostTree } from '@clamshell/host';

import { commitContent, openToChange } from './commit-content.ts';
import { removeHostTree } from './copy-host-tree.ts';
import { failure, requireThere } from './host-place.ts';
import type { Halves } from './mirrored-mount.ts';

/** A directory with its parents, on the host, then by a sync of it in the sandbox. */
export async function makeMirroredDirectory(
  halves: Halves,
  at: BridgePath,
  options: MutateOptions & CallOptions,
): Promise<void> {
  using place = openToChange(halves, { at, follow: true, isDeep: false }, options);
  const { tree, path, stat, isBlocked } = place;
  if (isBlocked || (stat !== undefined && stat.kind !== 'directory')) {
    throw failure('FILE_KIND', path, 'is, or has on its way, something that is no directory');
  }
  if (path === undefined || stat !== undefined) return;
  halves.requireUnprotected(path);
  await halves.sync(at.mount, { paths: [makeWithParents(tree, path)], call: options });
}

/** Resolves with the topmost directory that was made. */
export function makeWithParents(tree: HostTree, path: RelPath): RelPath {
  const parent = parentOf(path);
  const isThere = parent === undefined || tree.lstat(parent)?.kind === 'directory';
  const top = isThere ? path : makeWithParents(tree, parent);
  if (tree.lstat(path)?.kind !== 'directory') tree.makeDirectory(path, 0o777);
  return top;
}

/** A file goes as one commit; all else is brought into step first, removed on the host, and then by a sync. */
export async function removeMirrored(
  halves: Halves,
  at: BridgePath,
  options: RemoveFileOptions & CallOptions,
): Promise<void> {
  const isDeep = options.recursive === true;
  {
    using place = openToChange(halves, { at, follow: false, isDeep }, options);
    if (place.path === undefined) throw failure('FILE_KIND', undefined, 'is not removed');
    if (place.stat === undefined && options.force === true) return;
    if (requireThere(place).kind === 'file' && place.stat?.links === 1) {
      await commitContent(halves, { at, follow: false, change: () => undefined }, options);
      return;
    }
    halves.requireUnprotected(place.path);
    await halves.sync(at.mount, { paths: [place.path], call: options });
  }
  using place = openToChange(halves, { at, follow: false, isDeep }, options);
  const path = place.path as RelPath;
  if (place.stat === undefined) return;
  if (place.stat.kind === 'directory' && !isDeep && place.tree.list(path).length > 0) {
    throw failure('FILE_NOT_EMPTY', path, 'is a directory with something in it');
  }
  removeHostTree(place.tree, path);
  await halves.sync(at.mount, { paths: [path], isMeant: true, call: options });
}
