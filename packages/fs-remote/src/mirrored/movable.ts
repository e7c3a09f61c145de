import type { WriteOptions } from '@clamshell/core';

import { failure, type HostPlace, requireThere } from './host-place.ts';

interface Move {
  readonly source: HostPlace;
  readonly goal: HostPlace;
  /** Both are in one mount. */
  readonly isWithin: boolean;
}

/** Throws where the move can't be made; true where there is nothing to move. */
export function requireMovable({ source, goal, isWithin }: Move, { parents }: WriteOptions): boolean {
  const [from, to] = [source.path, goal.path];
  if (from === undefined || to === undefined) throw failure('FILE_KIND', undefined, 'is not moved');
  const { kind } = requireThere(source);
  if (isWithin && from === to) return true;
  if (isWithin && to.startsWith(`${from}/`)) {
    throw failure('FILE_KIND', to, 'lies in what is to be moved there');
  }
  if (goal.isBlocked) throw failure('FILE_KIND', to, 'has something on its way that is no directory');
  if (!goal.hasParent && parents !== true) throw failure('FILE_NOT_FOUND', to, 'has no directory to be in');
  if (goal.stat !== undefined && (kind === 'directory' || goal.stat.kind !== 'file')) {
    throw failure('FILE_EXISTS', to, 'exists already');
  }
  return false;
}
