import { isGitLinkName, type RelPath } from '@clamshell/core';

import type { Children } from '../tree/children.ts';
import type { Tree } from '../tree/entry.ts';
import { type GitPart, partOf } from './git-paths.ts';

/** Where a path lies in a git directory. */
export interface GitPlace {
  /** The innermost git directory; `undefined` where the mount’s root is one. */
  readonly top: RelPath | undefined;
  /** Below it. */
  readonly rel: string;
  readonly part: GitPart;
}

/**
 * Git directories by what they hold, bare ones too, at any depth: on any side, or once agreed on, since a sandbox could
 * else complete one piece by piece. Names count in any case, as on a file system that folds it.
 */
export class GitDirs {
  readonly tops: ReadonlySet<RelPath | undefined>;
  /** Would become a repository on the host with a configuration in it that may be the sandbox’s. */
  readonly #closed: ReadonlySet<RelPath | undefined>;

  constructor(
    children: Children,
    host: Tree,
    trees: readonly ReadonlyMap<RelPath, { readonly kind: string }>[],
  ) {
    const isDirectory = (path: RelPath) => trees.some((tree) => tree.get(path)?.kind === 'directory');
    const tops = new Set<RelPath | undefined>();
    for (const [parent, paths] of children) {
      for (const path of paths) if (isGitLinkName(path) && isDirectory(path)) tops.add(path);
      if (isRepository(parent, paths)) tops.add(parent);
    }
    this.tops = tops;
    this.#closed = new Set([...tops].filter((top) => isHalfMade(children, host, top)));
  }

  /** `undefined` outside git directories, and for a git directory itself. */
  at(path: RelPath): GitPlace | undefined {
    return this.#enclosing(path).at(-1);
  }

  /** True where nothing that comes from the sandbox may come to stand. */
  isDenied(path: RelPath): boolean {
    return this.#enclosing(path).some(({ part, top }) => part === 'denied' || this.#closed.has(top));
  }

  /** Outermost first: one inside another, such as a submodule’s, is bound by both. */
  #enclosing(path: RelPath): readonly GitPlace[] {
    if (this.tops.size === 0) return [];
    const places: GitPlace[] = [];
    if (this.tops.has(undefined)) places.push({ top: undefined, rel: path, part: partOf(path) });
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
      const top = path.slice(0, slash) as RelPath;
      const rel = path.slice(slash + 1);
      if (this.tops.has(top)) places.push({ top, rel, part: partOf(rel) });
    }
    return places;
  }
}

function isRepository(parent: RelPath | undefined, paths: readonly RelPath[]): boolean {
  if (!paths.some((path) => nameIn(parent, path) === 'head')) return false;
  return makesRepository(new Set(paths.map((path) => nameIn(parent, path))));
}

/** Whether git would take a directory with these names, in lower case, for a repository. */
export function makesRepository(names: ReadonlySet<string>): boolean {
  return names.has('head') && (names.has('commondir') || (names.has('objects') && names.has('refs')));
}

function nameIn(parent: RelPath | undefined, path: RelPath): string {
  return (parent === undefined ? path : path.slice(parent.length + 1)).toLowerCase();
}

function isHalfMade(children: Children, host: Tree, top: RelPath | undefined): boolean {
  const held = (children.get(top) ?? []).filter((path) => host.has(path)).map((path) => nameIn(top, path));
  return !makesRepository(new Set(held)) && held.some((name) => OBEYED.has(name));
}

/** What git obeys in a git directory, by lower-case name. */
const OBEYED: ReadonlySet<string> = new Set([
  'config',
  'config.worktree',
  'hooks',
  'info',
  'commondir',
  'gitdir',
  'worktrees',
  'modules',
]);
