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

/** Rows that a person may switch off, since agents also edit such files for good reasons. All hold when nothing is said. */
export const PROTECT_GROUPS = ['hooks', 'shell', 'editor', 'agent'] as const;
export type ProtectGroup = (typeof PROTECT_GROUPS)[number];

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

const GROUPED: Readonly<Record<ProtectGroup, readonly ProtectedPattern[]>> = {
  hooks: [row('any', '(?:\\.husky|\\.githooks)', 'hooks directory')],
  shell: [
    row(
      'any',
      '\\.(?:bash(?:rc|_profile|_login|_logout|_aliases)|profile|z(?:shrc|shenv|profile|login|logout)|envrc|inputrc|npmrc|yarnrc|yarnrc\\.yml|pypirc|netrc|gitconfig|ssh)',
      'shell or tool start-up file',
    ),
  ],
  editor: [
    row(
      'any',
      '(?:\\.vscode|\\.idea|\\.vimrc|\\.exrc|\\.nvimrc|\\.nvim\\.lua|\\.dir-locals\\.el|[^/]*\\.code-workspace)',
      'editor configuration',
    ),
  ],
  agent: [
    row(
      'any',
      '(?:\\.mcp\\.json|\\.claude|\\.claude\\.json|\\.codex|\\.cursor|\\.gemini|\\.ripgreprc)',
      'agent configuration',
    ),
  ],
};

function row(depth: Depth, source: string, reason: string): ProtectedPattern {
  const start = depth === 'root' ? '^' : '(?:^|/)';
  return { depth, pattern: new RegExp(`${start}${source}(?:/|$)`, 'is'), reason };
}

/** Why a sandbox's change to `path` must not reach the host, or `undefined` when it may. */
export function withholdReason(
  path: RelPath,
  groups: readonly ProtectGroup[] = PROTECT_GROUPS,
): string | undefined {
  const rows = [...PROTECTED, ...groups.flatMap((group) => GROUPED[group])];
  return rows.find(({ pattern }) => pattern.test(path))?.reason;
}

/** True where `path` names a file in place of a git directory: a `.git` file redirects git (`gitdir: …`). */
export function isGitLinkName(path: RelPath): boolean {
  return GIT_LINK.test(path);
}

const GIT_LINK = new RegExp(`(?:^|/)${GIT}$`, 'is');
