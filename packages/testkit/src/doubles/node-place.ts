import fs from 'node:fs';

import {
  asRelPath,
  type BridgePath,
  type ErrorCode,
  FsError,
  type Mount,
  type RelPath,
} from '@clamshell/core';

/** A place on this machine, every link on its way followed, one at its end where that was wanted. */
export interface NodePlace {
  readonly real: Buffer;
  /** `undefined` at the root. */
  readonly canonical: RelPath | undefined;
  readonly stats: fs.BigIntStats | undefined;
  /** What the path's first missing parent stands below is no directory. */
  readonly isBlocked: boolean;
  readonly hasParent: boolean;
}

const MAX_LINKS = 40;

/** Looks at one component after another by its full path: right while nobody else changes the tree. */
export function findPlace({ mount, path }: BridgePath, root: string, follow: boolean): NodePlace {
  const names: string[] = [];
  const todo = (path ?? '').split('/').filter(Boolean);
  const lookAt = () => fs.lstatSync(placeOf(root, names), { bigint: true, throwIfNoEntry: false });
  for (let links = 0; todo.length > 0;) {
    const name = todo.shift() as string;
    if (name === '.' || name === '') continue;
    if (name === '..' && names.pop() === undefined) throw fail('PATH_ESCAPES', mount);
    if (name === '..') continue;
    names.push(name);
    const stats = lookAt();
    if (stats?.isSymbolicLink() === true && (follow || todo.length > 0)) {
      if (++links > MAX_LINKS) throw fail('PATH_ESCAPES', mount);
      todo.unshift(...aim(fs.readlinkSync(placeOf(root, names), 'latin1'), { mount, root, names }));
    } else if (todo.length > 0 && stats?.isDirectory() !== true) {
      const rest = todo.filter((part) => part !== '.' && part !== '');
      return absent(root, [...names, ...rest], stats !== undefined);
    }
  }
  const canonical = names.length === 0 ? undefined : (asRelPath(names.join('/')) as RelPath);
  return { real: placeOf(root, names), canonical, stats: lookAt(), isBlocked: false, hasParent: true };
}

interface Aim {
  readonly mount: Mount;
  readonly root: string;
  /** Cut back to the directory that the link's target counts from. */
  readonly names: string[];
}

function aim(target: string, { mount, root, names }: Aim): readonly string[] {
  names.pop();
  if (!target.startsWith('/')) return target.split('/');
  if (!`${target}/`.startsWith(`${root}/`)) throw fail('PATH_ESCAPES', mount);
  names.length = 0;
  return target.slice(root.length).split('/');
}

function absent(root: string, names: readonly string[], isBlocked: boolean): NodePlace {
  const canonical = asRelPath(names.join('/')) as RelPath;
  return { real: placeOf(root, names), canonical, stats: undefined, isBlocked, hasParent: false };
}

function placeOf(root: string, names: readonly string[]): Buffer {
  return Buffer.from([root, ...names].join('/'), 'latin1');
}

export function fail(code: ErrorCode, about: Mount | Buffer): FsError {
  const name = 'sandbox' in about ? about.sandbox : about.toString();
  return new FsError(code, `${code}: ${name}`);
}
