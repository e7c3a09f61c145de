import {
  type BridgePath,
  type CallOptions,
  type FromTo,
  parentOf,
  type RelPath,
  type WriteOptions,
} from '@clamshell/core';

import { makeWithParents } from './change-tree.ts';
import { openToChange } from './commit-content.ts';
import { copyHostTree, removeHostTree } from './copy-host-tree.ts';
import type { HostPlace } from './host-place.ts';
import type { Halves, OpenPlace } from './mirrored-mount.ts';
import { requireMovable } from './movable.ts';
import { walkHost } from './read-host-file.ts';

/**
 * Both paths are brought into step, the move is made on the host, and carried on by a sync. Two mounts are two mirrors:
 * what goes from one to the other is copied first, and removed at its old place once the sandbox has it at the new one.
 */
export async function renameMirrored(
  halves: Halves,
  move: FromTo,
  options: WriteOptions & CallOptions,
): Promise<void> {
  const { from, to } = move;
  {
    using places = openBoth(halves, move, options);
    if (places.isSame) return;
    await bringIntoStep(halves, move, { ...places, call: options });
  }
  using places = openBoth(halves, move, options);
  const { source, goal, isSame } = places;
  if (isSame) return;
  const [fromPath, toPath] = [source.path as RelPath, goal.path as RelPath];
  const parent = parentOf(toPath);
  const made = goal.hasParent || parent === undefined ? [] : [makeWithParents(goal.tree, parent)];
  const meant = { isMeant: true, call: options };
  if (from.mount === to.mount) {
    source.tree.rename(fromPath, toPath);
    return halves.sync(from.mount, { paths: [fromPath, toPath, ...made], ...meant });
  }
  takeOver(source, goal);
  await halves.sync(to.mount, { paths: [toPath, ...made], ...meant });
  removeHostTree(source.tree, fromPath);
  await halves.sync(from.mount, { paths: [fromPath], ...meant });
}

interface Both extends Disposable {
  readonly source: OpenPlace;
  readonly goal: OpenPlace;
  readonly isSame: boolean;
}

/** Both places, where the move may be made. */
function openBoth(halves: Halves, { from, to }: FromTo, options: WriteOptions): Both {
  const opened: OpenPlace[] = [];
  const close = () => {
    for (const place of opened.splice(0)) place[Symbol.dispose]();
  };
  try {
    const open = (at: BridgePath, pin: WriteOptions) => {
      opened.push(openToChange(halves, { at, follow: false, isDeep: true }, pin));
      return opened.at(-1) as OpenPlace;
    };
    const [source, goal] = [open(from, {}), open(to, options)];
    const isSame = requireMovable({ source, goal, isWithin: from.mount === to.mount }, options);
    if (!isSame) requireUntrusted(halves, source, goal);
    return { source, goal, isSame, [Symbol.dispose]: close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Nothing of it, however deep, becomes what the host would execute or trust by getting its new name. */
function requireUntrusted(halves: Halves, source: HostPlace, goal: HostPlace): void {
  const [from, to] = [source.path as RelPath, goal.path as RelPath];
  halves.requireUnprotected(from);
  halves.requireUnprotected(to);
  if (source.stat?.kind !== 'directory') return;
  for (const { path } of walkHost(source.tree, from, { prefix: undefined, maxDepth: Infinity })) {
    if (!halves.isProtected(`${from}/${path}` as RelPath))
      halves.requireUnprotected(`${to}/${path}` as RelPath);
  }
}

async function bringIntoStep(
  halves: Halves,
  { from, to }: FromTo,
  {
    source,
    goal,
    call,
  }: { readonly source: HostPlace; readonly goal: HostPlace; readonly call: CallOptions },
): Promise<void> {
  const [fromPath, toPath] = [source.path as RelPath, goal.path as RelPath];
  const isWithin = from.mount === to.mount;
  await halves.sync(from.mount, { paths: isWithin ? [fromPath, toPath] : [fromPath], call });
  if (!isWithin) await halves.sync(to.mount, { paths: [toPath], call });
}

/** Replaces a file at the goal only once all of the copy is there. */
function takeOver({ tree, path }: HostPlace, goal: HostPlace): void {
  const [from, to] = [path as RelPath, goal.path as RelPath];
  const beside = `${to.slice(0, to.lastIndexOf('/') + 1)}.clamshell-moving-${process.pid}.tmp` as RelPath;
  if (goal.tree.lstat(beside) !== undefined) removeHostTree(goal.tree, beside);
  try {
    copyHostTree({ tree, path: from }, { tree: goal.tree, path: beside });
    goal.tree.rename(beside, to);
  } catch (error) {
    if (goal.tree.lstat(beside) !== undefined) removeHostTree(goal.tree, beside);
    throw error;
  }
}
