import type { RelPath } from '@clamshell/core';

import type { Entry } from './entry.ts';

/** Makes a directory whose content is not known one that is left alone, with all that was seen in it. */
export function closeOff(tree: Map<RelPath, Entry>, directory: RelPath, problem: string): void {
  tree.set(directory, { kind: 'special', problem });
  for (const path of tree.keys()) if (path.startsWith(`${directory}/`)) tree.delete(path);
}
