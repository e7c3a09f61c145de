import {
  asRelPath,
  displayPath,
  type ErrorCode,
  type FileEntry,
  FsError,
  type RelPath,
} from '@clamshell/core';
import type { HostStat, HostTree } from '@clamshell/host';

/** Where a path leads on the host. What is done there is done by the tree, which follows no link any more. */
export interface HostPlace {
  readonly tree: HostTree;
  /** Canonical; `undefined` at the root. */
  readonly path: RelPath | undefined;
  readonly stat: HostStat | undefined;
  readonly hasParent: boolean;
  /** What should be its first missing directory is there and something else. */
  readonly isBlocked: boolean;
}

export interface FindOptions {
  /** Whether a link at the end is followed. */
  readonly follow: boolean;
}

const MAX_LINKS = 40;

/** Follows every link that stays inside the tree; PATH_ESCAPES for one that does not. */
export function findHostPlace(tree: HostTree, path: RelPath | undefined, { follow }: FindOptions): HostPlace {
  const names: string[] = [];
  const todo = path?.split('/') ?? [];
  let links = 0;
  for (let name = todo.shift(); name !== undefined; name = todo.shift()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (names.pop() === undefined) throw escapes(path);
      continue;
    }
    const stat = tree.lstat(asPath([...names, name], path));
    if (stat?.kind === 'symlink' && (follow || todo.length > 0)) {
      links += 1;
      if (links > MAX_LINKS) throw escapes(path);
      todo.unshift(...aim(tree, { names, name, path }));
    } else if (todo.length > 0 && stat?.kind !== 'directory') {
      const rest = [...names, name, ...todo.filter((part) => part !== '' && part !== '.')];
      const missing = asPath(rest, path);
      return { tree, path: missing, stat: undefined, hasParent: false, isBlocked: stat !== undefined };
    } else names.push(name);
  }
  const found = names.length === 0 ? undefined : asPath(names, path);
  const stat = found === undefined ? tree.stat() : tree.lstat(found);
  return { tree, path: found, stat, hasParent: true, isBlocked: false };
}

interface Link {
  /** The directory it lies in; emptied where its target is absolute. */
  readonly names: string[];
  readonly name: string;
  readonly path: RelPath | undefined;
}

function aim(tree: HostTree, { names, name, path }: Link): readonly string[] {
  const target = tree.readLink(asPath([...names, name], path));
  if (!target.startsWith('/')) return target.split('/');
  const root = Buffer.from(tree.root).toString('latin1');
  if (!`${target}/`.startsWith(`${root}/`)) throw escapes(path);
  names.length = 0;
  return target.slice(root.length).split('/');
}

function asPath(names: readonly string[], about: RelPath | undefined): RelPath {
  const path = asRelPath(names.join('/'));
  if (path === undefined) throw failure('PATH_INVALID', about, 'leads to what is no path');
  return path;
}

function escapes(path: RelPath | undefined): FsError {
  return failure('PATH_ESCAPES', path, 'leads out of its mount');
}

export function failure(code: ErrorCode, path: RelPath | undefined, says: string): FsError {
  return new FsError(code, `${path === undefined ? 'The mount’s root' : displayPath(path)} ${says}`);
}

export function toFileEntry({ kind, size, mtimeNs, mode, links }: HostStat): FileEntry {
  return { kind, size, mtimeNs, mode: mode & 0o777, links };
}

export function requireThere(place: HostPlace): HostStat {
  if (place.stat === undefined) throw failure('FILE_NOT_FOUND', place.path, 'does not exist');
  return place.stat;
}
