import fs from 'node:fs';

import { describe, expect, test } from 'vitest';

import { commitAll, expectClean, git, isGitMissing, repository, tryGit } from './mirror-git-world.ts';
import { World } from './mirror-world.ts';

describe.skipIf(isGitMissing)('a git repository', () => {
  test('committed to in the sandbox comes back whole', async () => {
    using world = await repository();
    expectClean(world);
    world.write('sandbox', 'src/f1', 'second');
    commitAll(world, 'sandbox', 'second');
    expect((await world.sync()).problems).toEqual([]);
    expectClean(world);
    expect(git(world, 'host', 'log', '--format=%s')).toBe('second\nfirst');
  });

  test('whose index only notes other times on each side is in agreement', async () => {
    using world = await repository();
    expectClean(world);
    const { pushed, pulled, conflicts } = await world.sync();
    expect([pushed.files, pulled.files, conflicts]).toEqual([0, 0, []]);
    expectClean(world);
    expect((await world.sync()).pushed.files).toBe(0);
  });

  const works: readonly (readonly [
    what: string,
    work: (world: World) => void,
    holds: (world: World) => void,
  ])[] = [
    [
      'a commit',
      (world) => {
        world.write('sandbox', 'src/f1', 'second');
        commitAll(world, 'sandbox', 'second');
      },
      (world) => expect(git(world, 'host', 'log', '--format=%s')).toBe('second\nfirst'),
    ],
    [
      'a new branch',
      (world) => git(world, 'sandbox', 'checkout', '--quiet', '-b', 'deep/topic'),
      (world) => expect(git(world, 'host', 'symbolic-ref', 'HEAD')).toBe('refs/heads/deep/topic'),
    ],
    [
      'a stash',
      (world) => {
        world.write('sandbox', 'src/f2', 'put away');
        git(world, 'sandbox', 'stash', '--quiet');
      },
      (world) => expect(git(world, 'host', 'stash', 'show', '--patch')).toContain('+put away'),
    ],
    [
      'a rebase that is finished',
      (world) => {
        git(world, 'sandbox', 'checkout', '--quiet', '-b', 'topic');
        world.write('sandbox', 'topic', '1');
        commitAll(world, 'sandbox', 'topic');
        git(world, 'sandbox', 'checkout', '--quiet', 'main');
        world.write('sandbox', 'main', '1');
        commitAll(world, 'sandbox', 'main');
        git(world, 'sandbox', 'rebase', '--quiet', 'main', 'topic');
      },
      (world) => expect(git(world, 'host', 'log', '--format=%s')).toBe('topic\nmain\nfirst'),
    ],
    [
      'a merge',
      (world) => {
        git(world, 'sandbox', 'checkout', '--quiet', '-b', 'topic');
        world.write('sandbox', 'topic', '1');
        commitAll(world, 'sandbox', 'topic');
        git(world, 'sandbox', 'checkout', '--quiet', 'main');
        git(world, 'sandbox', 'merge', '--quiet', '--no-ff', '--no-edit', 'topic');
      },
      (world) => expect(git(world, 'host', 'log', '--merges', '--format=%s')).toContain('topic'),
    ],
    [
      'packed refs and objects',
      (world) => {
        git(world, 'sandbox', 'tag', 'v1');
        git(world, 'sandbox', 'gc', '--quiet', '--prune=now');
      },
      (world) => expect(git(world, 'host', 'tag', '--list')).toBe('v1'),
    ],
  ];
  /** What people do meanwhile; it changes no commit. */
  const meanwhile: readonly (readonly [what: string, work: (world: World) => void])[] = [
    ['nothing', () => undefined],
    [
      'a touch, a status and a fetched ref',
      (world) => {
        fs.utimesSync(world.at('host', 'src/f3'), 1, 1);
        git(world, 'host', 'status');
        git(world, 'host', 'update-ref', 'refs/remotes/origin/main', 'HEAD');
      },
    ],
  ];

  test.each(
    works.flatMap(([what, work, holds]) =>
      meanwhile.map(([also, host]) => [what, also, work, host, holds] as const),
    ),
  )('%s in the sandbox comes back whole, with %s on the host', async (_what, _also, work, host, holds) => {
    using world = await repository();
    expectClean(world);
    work(world);
    host(world);
    expect(await world.sync()).toMatchObject({ problems: [], conflicts: [] });
    expectClean(world);
    holds(world);
    const again = await world.sync();
    expect([again.pushed.files, again.pulled.files]).toEqual([0, 0]);
  });

  test('branched, committed to on both sides in turn, and packed', async () => {
    using world = await repository();
    git(world, 'sandbox', 'checkout', '--quiet', '-b', 'topic');
    world.write('sandbox', 'topic', '1');
    commitAll(world, 'sandbox', 'topic');
    await world.sync();
    git(world, 'host', 'checkout', '--quiet', 'main');
    git(world, 'host', 'merge', '--quiet', 'topic');
    await world.sync();
    git(world, 'sandbox', 'gc', '--quiet');
    expect((await world.sync()).problems).toEqual([]);
    git(world, 'host', 'gc', '--quiet');
    expect((await world.sync()).problems).toEqual([]);
    expectClean(world);
    expect(git(world, 'host', 'branch', '--format=%(refname:short)')).toBe('main\ntopic');
  });

  test('in which a rebase stopped waits for its end, and its files do not', async () => {
    using world = await repository();
    git(world, 'sandbox', 'checkout', '--quiet', '-b', 'topic');
    world.write('sandbox', 'src/f1', 'topic');
    commitAll(world, 'sandbox', 'topic');
    git(world, 'sandbox', 'checkout', '--quiet', 'main');
    world.write('sandbox', 'src/f1', 'main');
    commitAll(world, 'sandbox', 'main');
    await world.sync();
    expect(tryGit(world, 'sandbox', 'rebase', 'main', 'topic').status).not.toBe(0);
    const { withheld } = await world.sync();
    expect(withheld).toContain('.git');
    expect(world.has('host', '.git/rebase-merge')).toBe(false);
    expect(git(world, 'host', 'symbolic-ref', 'HEAD')).toBe('refs/heads/main');
    git(world, 'host', 'fsck', '--strict', '--no-dangling');
    world.write('sandbox', 'src/f1', 'both');
    git(world, 'sandbox', 'add', '--all');
    git(world, 'sandbox', 'rebase', '--continue');
    expect((await world.sync()).problems).toEqual([]);
    expectClean(world);
    expect(git(world, 'host', 'log', '--format=%s')).toBe('topic\nmain\nfirst');
  });

  test('where git is at work, or left its lock, waits', async () => {
    using world = await repository();
    world.write('sandbox', 'src/f1', 'second');
    commitAll(world, 'sandbox', 'second');
    world.write('sandbox', '.git/index.lock', '');
    expect((await world.sync()).problems.map(({ path }) => path)).toEqual(['.git']);
    expect(git(world, 'host', 'log', '--format=%s')).toBe('first');
    expect(world.has('host', '.git/index.lock')).toBe(false);
    fs.rmSync(world.at('sandbox', '.git/index.lock'));
    expect((await world.sync()).problems).toEqual([]);
    expectClean(world);
  });

  test('made in the sandbox comes to the host without its configuration and still is one', async () => {
    using world = new World();
    git(world, 'sandbox', 'init', '--quiet', '--initial-branch=main');
    world.write('sandbox', 'a', '1');
    commitAll(world, 'sandbox', 'first');
    await world.sync();
    git(world, 'host', 'fsck', '--strict');
    expect(git(world, 'host', 'log', '--format=%s')).toBe('first');
    expect(git(world, 'host', 'status', '--porcelain')).toBe('');
  });
});
