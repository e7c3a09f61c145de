import { isGitLinkName, type RelPath, withholdReason } from '@clamshell/core';

import type { Walk } from './findings.ts';
import type { Trio } from './leaf.ts';
import { isContainedTarget } from './symlink-target.ts';

/** True where what the sandbox holds at `path`, or its removal there, must not reach the host. */
export function isWithheld(
  { git, input }: Pick<Walk, 'git' | 'input'>,
  path: RelPath,
  { base, sandbox }: Pick<Trio, 'base' | 'sandbox'>,
): boolean {
  if (withholdReason(path, input.protect?.groups) !== undefined) return true;
  if (git.isDenied(path) || input.protect?.matches(path) === true) return true;
  if (sandbox?.kind === 'symlink') {
    // A link in a git directory redirects git.
    if (git.at(path) !== undefined || !isContainedTarget(path, sandbox.target)) return true;
  }
  // A `.git` that is no directory redirects git, and its removal hands git to a repository further up.
  return isGitLinkName(path) && (sandbox ?? base)?.kind !== 'directory';
}
