import { expect, test } from 'vitest';

import { parseRelPath } from '@clamshell/core';

import { reconcile } from '../index.ts';
import { toInput } from '../plan/zoo.fixture.ts';

const REPOSITORY = { r: 'd', 'r/.git': 'd', 'r/.git/HEAD': '1', 'r/.git/refs': 'd', 'r/.git/objects': 'd' };

/** Which of these paths of a git directory come to the host, when they are new in the sandbox. */
function coming(names: readonly string[]): readonly string[] {
  const paths = names.map((name) => `r/.git/${name}`);
  const parents = paths.flatMap((path) => parentsOf(path));
  const added = Object.fromEntries([
    ...parents.map((path) => [path, 'd'] as const),
    ...paths.map((path) => [path, '2'] as const),
  ]);
  const plan = reconcile(
    toInput({ base: REPOSITORY, host: REPOSITORY, sandbox: { ...REPOSITORY, ...added } }),
  );
  return names.filter((_, index) => plan.steps.some(({ path }) => path === parseRelPath(paths[index] ?? '')));
}

function parentsOf(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.slice(1, -1).map((_, index) => parts.slice(0, index + 2).join('/'));
}

const SHA = '0123456789abcdef0123456789abcdef01234567';

test.each([
  'index',
  'packed-refs',
  'ORIG_HEAD',
  'MERGE_MSG',
  'shallow',
  'refs/heads/a/b',
  'refs/stash',
  'refs/tags/v1',
  'refs/remotes/origin/main',
  'logs/HEAD',
  'logs/refs/heads/a',
  `objects/ab/${SHA.slice(2)}`,
  `objects/pack/pack-${SHA}.pack`,
])('%s of a git directory comes', (name) => {
  expect(coming([name])).toEqual([name]);
});

test.each([
  'config',
  'Config',
  'config.worktree',
  'hooks/pre-commit',
  'info/attributes',
  'info/grafts',
  'commondir',
  'gitdir',
  'worktrees/w/gitdir',
  'modules/m/config',
  'modules/m/HEAD',
  'objects/info/alternates',
  'objects/evil',
  'objects/pack/evil',
  'branches/origin',
  'remotes/origin',
  'rebase-merge/git-rebase-todo',
  'sequencer/todo',
  'refs/bisect/bad',
  'refs/worktree/x',
  'COMMIT_EDITMSG',
  'FETCH_HEAD',
  'index.lock',
  'objects/info/commit-graph',
  'objects/pack/multi-pack-index',
  'objects/pack/tmp_pack_x',
  'anything',
  'refs-evil',
])('%s of a git directory does not', (name) => {
  expect(coming([name])).toEqual([]);
});
