import fs from 'node:fs';

import { describe, expect, test } from 'vitest';

import { commitAll, expectClean, expectSound, git, isGitMissing, repository } from './mirror-git-world.ts';
import { fileMember, isPull, tamperReply, tarOf } from './mirror-tamper.ts';
import { World } from './mirror-world.ts';

describe.skipIf(isGitMissing)('a git repository that both sides changed', () => {
  test('is one conflict: the host’s stays whole, and the sandbox’s commits and refs are kept', async () => {
    using world = await repository();
    world.write('host', 'src/f1', 'ours');
    commitAll(world, 'host', 'ours');
    world.write('sandbox', 'src/f2', 'theirs');
    commitAll(world, 'sandbox', 'theirs');
    const theirs = git(world, 'sandbox', 'rev-parse', 'HEAD');
    const { conflicts, problems } = await world.sync();
    expect(problems).toEqual([]);
    expect(conflicts).toEqual([{ path: '.git', kept: 'host' }]);
    expectSound(world);
    for (const half of ['host', 'sandbox'] as const) {
      expect(git(world, half, 'log', '--format=%s')).toBe('ours\nfirst');
      expect(git(world, half, 'status', '--porcelain'), 'the other side’s file is there, not committed').toBe(
        'M src/f2',
      );
    }
    expect(git(world, 'host', 'log', '-1', '--format=%s', theirs)).toBe('theirs');
    expect(world.undone('host')['sandbox/.git/refs/heads/main']).toBe(`${theirs}\n`);
    expect((await world.sync()).conflicts).toEqual([]);
  });

  test('gains a branch that only the sandbox made', async () => {
    using world = await repository();
    world.write('host', 'src/f1', 'ours');
    commitAll(world, 'host', 'ours');
    git(world, 'sandbox', 'checkout', '--quiet', '-b', 'topic');
    world.write('sandbox', 'src/f2', 'theirs');
    commitAll(world, 'sandbox', 'theirs');
    await world.sync();
    expectSound(world);
    expect(git(world, 'host', 'log', '--format=%s', 'topic')).toBe('theirs\nfirst');
    expect(git(world, 'host', 'symbolic-ref', 'HEAD')).toBe('refs/heads/main');
  });

  test('to the same end is none', async () => {
    using world = await repository();
    for (const half of ['host', 'sandbox'] as const) git(world, half, 'checkout', '--quiet', '-b', 'topic');
    fs.rmSync(world.at('sandbox', '.git/logs'), { recursive: true });
    fs.cpSync(world.at('host', '.git/logs').toString(), world.at('sandbox', '.git/logs').toString(), {
      recursive: true,
    });
    expect((await world.sync()).conflicts).toEqual([]);
    expectClean(world);
  });

  test('and packed on each side keeps its tags', async () => {
    using world = await repository();
    git(world, 'host', 'tag', 'shared');
    await world.sync();
    git(world, 'sandbox', 'pack-refs', '--all');
    world.write('host', 'src/f1', 'ours');
    commitAll(world, 'host', 'ours');
    await world.sync();
    expectSound(world);
    for (const half of ['host', 'sandbox'] as const)
      expect(git(world, half, 'tag', '--list'), half).toBe('shared');
  });
});

describe.skipIf(isGitMissing)('what git would execute or be redirected by', () => {
  test('its hooks and its configuration: the host keeps its own, and so does the sandbox', async () => {
    using world = await repository();
    const config = world.read('host', '.git/config');
    git(world, 'sandbox', 'config', 'core.hooksPath', '/sandbox/evil');
    world.write('sandbox', '.git/hooks/post-checkout', '#!/bin/sh\ntouch /tmp/evil\n');
    const { withheld } = await world.sync();
    expect(withheld).toEqual(expect.arrayContaining(['.git/config', '.git/hooks/post-checkout']));
    expect(world.read('host', '.git/config')).toBe(config);
    expect(world.has('host', '.git/hooks/post-checkout')).toBe(false);
    expect(world.read('sandbox', '.git/config')).toContain('evil');
  });

  test('in a bare repository under any name', async () => {
    using world = new World();
    world.write('host', 'a', '1');
    await world.sync();
    fs.mkdirSync(world.at('sandbox', 'data'));
    git(world, 'sandbox', 'init', '--quiet', '--bare', 'data/store');
    world.write('sandbox', 'data/store/hooks/update', 'evil');
    world.write('sandbox', 'data/store/info/grafts', 'evil');
    world.write('sandbox', 'data/store/objects/info/alternates', '/etc');
    world.write('sandbox', 'data/store/Config', 'evil');
    await world.sync();
    const there = Object.keys(world.snapshot('host')).filter((path) => path.startsWith('data/store/'));
    expect(there.toSorted()).toEqual(
      ['HEAD', 'objects', 'objects/info', 'objects/pack', 'refs', 'refs/heads', 'refs/tags'].map(
        (name) => `data/store/${name}`,
      ),
    );
  });

  test.each([['HEAD'], ['objects'], ['refs'], ['HEAD', 'refs'], []])(
    'in a repository that is made piece by piece, its configuration first, then %s %s',
    async (...first) => {
      using world = new World();
      world.write('sandbox', 'x/config', '[core]\n\tfsmonitor = evil\n');
      const parts = { HEAD: 'x/HEAD', objects: 'x/objects/pack/y', refs: 'x/refs/heads/z' };
      for (const name of first) world.write('sandbox', parts[name as keyof typeof parts], '');
      await world.sync();
      expect(world.has('host', 'x/config')).toBe(true);
      for (const place of Object.values(parts)) world.write('sandbox', place, '');
      await world.sync();
      await world.sync();
      expect(Object.keys(parts).every((name) => world.has('host', `x/${name}`))).toBe(false);
    },
  );

  test('a link in a git directory, and the loss of one', async () => {
    using world = await repository();
    fs.renameSync(world.at('sandbox', '.git/refs'), world.at('sandbox', 'elsewhere'));
    fs.symlinkSync('../elsewhere', world.at('sandbox', '.git/refs'));
    await world.sync();
    expect(fs.lstatSync(world.at('host', '.git/refs')).isDirectory()).toBe(true);
    git(world, 'host', 'log', '-1');
    fs.rmSync(world.at('sandbox', '.git'), { recursive: true });
    const { withheld } = await world.sync();
    expect(withheld).toContain('.git');
    expect(git(world, 'host', 'log', '--format=%s')).toBe('first');
  });
});

test.skipIf(isGitMissing)('refs do not land where an object did not arrive', async () => {
  using world = await repository({
    tamper: tamperReply(isPull, async (tar) =>
      tar.includes('objects/') ? tarOf(fileMember('src/f1', 'second')) : tar,
    ),
  });
  world.write('sandbox', 'src/f1', 'second');
  commitAll(world, 'sandbox', 'second');
  const { problems } = await world.sync();
  expect(problems.map(({ path }) => path as string)).toEqual(
    expect.arrayContaining(['.git/refs/heads/main']),
  );
  git(world, 'host', 'fsck', '--strict', '--no-dangling');
  expect(git(world, 'host', 'log', '--format=%s')).toBe('first');
});
