import type { RelPath } from '../paths/paths.ts';

/** Where a pattern applies: at the mount's root only, or below any directory. */
type Depth = 'root' | 'any';

interface ProtectedPattern {
  readonly depth: Depth;
  readonly pattern: RegExp;
  readonly reason: string;
}

/** A git directory's name, in every case that a folding file system takes for it, with its 8.3 form. */
const GIT = '(?:\\.git|git~1)';

/**
 * What the host would later execute, trust or be redirected by. The sandbox's version stays in the sandbox. One table:
 * it holds for pulls and for bridge writes. Sources: hostile-input rows 15–19 and 22, architecture §4.
 */
const PROTECTED: readonly ProtectedPattern[] = [
  row(
    'any',
    `${GIT}/(?:config|config\\.worktree|hooks|info|commondir|gitdir|worktrees|modules)`,
    'git configuration or hook',
  ),
  row('any', `${GIT}/objects/info/(?:alternates|http-alternates)`, 'git alternates'),
  row('any', `${GIT}/(?:rebase-merge|rebase-apply|sequencer|BISECT_[A-Z_]+)`, 'git operation in progress'),
  row('root', '(?:hooks|git-hooks)', 'hooks directory'),
  row('any', '(?:clamshell\\.json|\\.clamshellignore|\\.clamshell)', 'Clamshell’s own file'),
];

function row(depth: Depth, source: string, reason: string): ProtectedPattern {
  const start = depth === 'root' ? '^' : '(?:^|/)';
  return { depth, pattern: new RegExp(`${start}${source}(?:/|$)`, 'is'), reason };
}

/** Why a sandbox's change to `path` must not reach the host, or `undefined` when it may. */
export function withholdReason(path: RelPath): string | undefined {
  return PROTECTED.find(({ pattern }) => pattern.test(path))?.reason;
}

/** True where `path` names a file in place of a git directory: a `.git` file redirects git (`gitdir: …`). */
export function isGitLinkName(path: RelPath): boolean {
  return new RegExp(`(?:^|/)${GIT}$`, 'i').test(path);
}
