import type { RelPath, WriteOptions } from '@clamshell/core';

import { failure, type HostPlace, requireThere } from './host-place.ts';

/** Both paths where the move may be made; none where they are the same. */
export function requireMovable(
  source: HostPlace,
  goal: HostPlace,
  { parents }: WriteOptions,
): readonly RelPath[] {
  const [from, to] = [source.path, goal.path];
  if (from === undefined || to === undefined) throw failure('FILE_KIND', undefined, 'is not moved');
  const { kind } = requireThere(source);
  if (from === to) return [];
  if (to.startsWith(`${from}/`)) throw failure('FILE_KIND', to, 'lies in what is to be moved there');
  if (goal.isBlocked) throw failure('FILE_KIND', to, 'has something on its way that is no directory');
  if (!goal.hasParent && parents !== true) throw failure('FILE_NOT_FOUND', to, 'has no directory to be in');
  if (goal.stat !== undefined && (kind === 'directory' || goal.stat.kind !== 'file')) {
    throw failure('FILE_EXISTS', to, 'exists already');
  }
  return [from, to];
}
