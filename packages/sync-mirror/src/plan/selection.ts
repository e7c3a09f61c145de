import type { RelPath } from '@clamshell/core';

import type { Walk } from './findings.ts';
import type { Trio } from './leaf.ts';

/** Whether a sync of some paths alone looks at this one: at or below one of them, or a directory on the way there. */
export function isSelected({ input: { paths }, git }: Walk, path: RelPath, { host, sandbox }: Trio): boolean {
  if (paths === undefined) return true;
  const place = git.at(path);
  // A git directory moves as a whole or not at all.
  const unit = place === undefined ? path : place.top;
  if (unit === undefined) return false;
  if (paths.some((each) => unit === each || unit.startsWith(`${each}/`))) return true;
  const isOnTheWay = paths.some((each) => each.startsWith(`${path}/`));
  return isOnTheWay && [host, sandbox].every((entry) => entry === undefined || entry.kind === 'directory');
}
