import { spawnSync } from 'node:child_process';

import { describe, expect, test } from 'vitest';

import { World } from './mirror-world.ts';

const isThere = spawnSync('git', ['--version']).status === 0;
const isSkipped = !isThere && process.env.CI !== 'true';
if (isSkipped) process.stderr.write('git is not installed: git directories are not tried\n');

const IDENTITY = ['-c', 'user.name=Someone', '-c', 'user.email=someone@example.org', '-c', 'core.fsync=none'];

describe.skipIf(isSkipped)('a git repository', () => {
  function git(world: World, half: 'host' | 'sandbox', ...args: string[]): string {
    const env = { PATH: process.env.PATH, HOME: world.top, GIT_CONFIG_NOSYSTEM: '1' };
    const done = spawnSync('git', ['-C', world[half], ...IDENTITY, ...args], { encoding: 'utf8', env });
    expect(done.stderr + done.stdout, args.join(' ')).toSatisfy(() => done.status === 0);
    return done.stdout.trim();
  }

  /** Both halves are whole, on the same commit, with nothing changed in the working tree. */
  function expectClean(world: World): void {
    const heads = (['host', 'sandbox'] as const).map((half) => {
      git(world, half, 'fsck', '--strict', '--no-dangling');
      expect(git(world, half, 'status', '--porcelain'), half).toBe('');
      return git(world, half, 'rev-parse', 'HEAD');
    });
    expect(heads[0]).toBe(heads[1]);
  }

  async function repository(): Promise<World> {
    const world = new World();
    git(world, 'host', 'init', '--quiet', '--initial-branch=main');
    for (let index = 0; index < 20; index += 1) world.write('host', `src/f${index}`, `first ${index}`);
    git(world, 'host', 'add', '--all');
    git(world, 'host', 'commit', '--quiet', '--message=first');
    await world.sync();
    return world;
  }

  test('committed to in the sandbox comes back whole', async () => {
    using world = await repository();
    expectClean(world);
    world.write('sandbox', 'src/f1', 'second');
    git(world, 'sandbox', 'add', '--all');
    git(world, 'sandbox', 'commit', '--quiet', '--message=second');
    expect((await world.sync()).problems).toEqual([]);
    expectClean(world);
    expect(git(world, 'host', 'log', '--format=%s')).toBe('second\nfirst');
    expect((await world.sync()).pulled.files, 'a status of the host rewrites no more than the index').toBe(0);
  });

  test('branched, committed to on both sides in turn, and packed', async () => {
    using world = await repository();
    git(world, 'sandbox', 'checkout', '--quiet', '-b', 'topic');
    world.write('sandbox', 'topic', '1');
    git(world, 'sandbox', 'add', '--all');
    git(world, 'sandbox', 'commit', '--quiet', '--message=topic');
    await world.sync();
    git(world, 'host', 'checkout', '--quiet', 'main');
    git(world, 'host', 'merge', '--quiet', 'topic');
    await world.sync();
    git(world, 'sandbox', 'gc', '--quiet');
    expect((await world.sync()).problems).toEqual([]);
    expectClean(world);
    expect(git(world, 'host', 'branch', '--format=%(refname:short)')).toBe('main\ntopic');
  });

  test('keeps its hooks and its configuration from the sandbox, which keeps its own', async () => {
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

  test('made in the sandbox comes to the host without its configuration and still is one', async () => {
    using world = new World();
    git(world, 'sandbox', 'init', '--quiet', '--initial-branch=main');
    world.write('sandbox', 'a', '1');
    git(world, 'sandbox', 'add', '--all');
    git(world, 'sandbox', 'commit', '--quiet', '--message=first');
    await world.sync();
    git(world, 'host', 'fsck', '--strict');
    expect(git(world, 'host', 'log', '--format=%s')).toBe('first');
  });
});
