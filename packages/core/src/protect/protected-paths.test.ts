import { expect, test } from 'vitest';

import { isGitLinkName, parseRelPath, withholdReason } from '../index.ts';

test.each([
  '.git/config',
  '.git/config.worktree',
  '.git/hooks/post-checkout',
  'sub/dir/.git/hooks/pre-commit',
  '.GIT/HOOKS/pre-commit',
  'git~1/config',
  '.git/info/attributes',
  '.git/objects/info/alternates',
  '.git/commondir',
  '.git/worktrees/x/gitdir',
  '.git/modules/m/config',
  '.git/rebase-merge/git-rebase-todo',
  '.git/BISECT_LOG',
  'hooks/pre-push',
  'git-hooks/x',
  'clamshell.json',
  'deep/.clamshellignore',
  'deep/.clamshell/undo/x',
  '.bashrc',
  'home/.ZSHRC',
  '.envrc',
  '.npmrc',
  '.vscode/tasks.json',
  'sub/.idea/runConfigurations/x.xml',
  '.mcp.json',
  '.claude/settings.json',
  '.codex/config.toml',
  '.husky/pre-commit',
])('%s stays in the sandbox', (path) => {
  expect(withholdReason(parseRelPath(path))).toBeTypeOf('string');
});

test('a group that is switched off comes back, and nothing else', () => {
  const rest = ['hooks', 'shell', 'editor'] as const;
  expect(withholdReason(parseRelPath('.claude/settings.json'), rest)).toBeUndefined();
  expect(withholdReason(parseRelPath('.bashrc'), rest)).toBeTypeOf('string');
  expect(withholdReason(parseRelPath('.git/config'), [])).toBeTypeOf('string');
});

test.each([
  '.git/HEAD',
  '.git/refs/heads/main',
  '.git/index',
  '.git/objects/ab/cdef',
  'src/hooks/useX.ts',
  '.gitignore',
  'config',
  'AGENTS.md',
  'skills/x/SKILL.md',
  'docs/profile',
])('%s comes back', (path) => {
  expect(withholdReason(parseRelPath(path))).toBeUndefined();
});

test('a .git in any spelling is a name that can redirect git', () => {
  expect(
    ['.git', 'a/.GIT', 'git~1', 'x.git', '.gitx'].map((path) => isGitLinkName(parseRelPath(path))),
  ).toEqual([true, true, true, false, false]);
});
