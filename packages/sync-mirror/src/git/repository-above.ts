import { isGitLinkName, parentOf, type RelPath } from '@clamshell/core';
import type { HostTree } from '@clamshell/host';

import { makesRepository } from './git-dirs.ts';

/** True for what lies in a git directory of the host, is one’s link, or completes one: only a merge judges those. */
export function isInRepository(host: HostTree, path: RelPath): boolean {
  if (isGitLinkName(path)) return true;
  let below: string = path;
  for (let top = parentOf(path); ; top = parentOf(top)) {
    if (top !== undefined && isGitLinkName(top)) return true;
    const added = below.slice(top === undefined ? 0 : top.length + 1).toLowerCase();
    if (makesRepository(new Set([...namesIn(host, top), added]))) return true;
    if (top === undefined) return false;
    below = top;
  }
}

function namesIn(host: HostTree, top: RelPath | undefined): readonly string[] {
  const isThere = top === undefined || host.lstat(top)?.kind === 'directory';
  return isThere ? host.list(top).map((name) => name.toLowerCase()) : [];
}
