import { parentOf, type RelPath } from '@clamshell/core';

/** Paths by their parent, the root's children under `undefined`; each list in byte order. */
export type Children = ReadonlyMap<RelPath | undefined, readonly RelPath[]>;

/** A parent that was left out of every source is filled in, so that each path can be reached from the root. */
export function indexChildren(sources: readonly Iterable<RelPath>[]): Children {
  const seen = new Set<RelPath>();
  const children = new Map<RelPath | undefined, RelPath[]>();
  const add = (path: RelPath): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const parent = parentOf(path);
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [path]);
    else siblings.push(path);
    if (parent !== undefined) add(parent);
  };
  for (const source of sources) for (const path of source) add(path);
  for (const siblings of children.values()) siblings.sort(compareBytes);
  return children;
}

/** All paths below `top`, each after its parent. */
export function* walkBelow(children: Children, top: RelPath): Generator<RelPath> {
  const waiting = [...(children.get(top) ?? [])].reverse();
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    yield path;
    for (const child of (children.get(path) ?? []).toReversed()) waiting.push(child);
  }
}

function compareBytes(a: RelPath, b: RelPath): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
