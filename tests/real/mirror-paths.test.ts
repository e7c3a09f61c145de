import { createHash } from 'node:crypto';
import fs from 'node:fs';

import { describe, expect, test } from 'vitest';

import { parseRelPath } from '@clamshell/core';

import { describeUserlands } from './mirror-userlands.ts';
import { World } from './mirror-world.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('what patterns leave alone', () => {
  test('stays on its side, with the directory that holds it', async () => {
    using world = new World({}, { exclude: ['*.log', 'node_modules/', '/only-here'] });
    world.write('host', '.clamshellignore', '!keep.log\nbuild\n');
    for (const half of ['host', 'sandbox'] as const) {
      world.write(half, `node_modules/${half}/x`, half);
      world.write(half, 'debug.log', half);
      world.write(half, `build/${half}`, half);
    }
    world.write('host', 'keep.log', 'kept');
    world.write('host', 'a/only-here', 'is not at the root');
    world.write('host', 'gone/x.log', 'ignored');
    world.write('host', 'gone/y', 'mirrored');
    expect(await world.sync()).toMatchObject({ problems: [], conflicts: [] });
    expect(Object.keys(world.snapshot('sandbox'))).toEqual([
      '.clamshellignore',
      'a',
      'a/only-here',
      'build',
      'build/sandbox',
      'debug.log',
      'gone',
      'gone/y',
      'keep.log',
      'node_modules',
      'node_modules/sandbox',
      'node_modules/sandbox/x',
    ]);
    world.remove('sandbox', 'gone');
    await world.sync();
    expect(world.has('host', 'gone/y')).toBe(false);
    expect(world.read('host', 'gone/x.log')).toBe('ignored');
    expect(world.read('host', 'debug.log')).toBe('host');
  });

  test('in .gitignore files counts only where it is asked for, at any depth', async () => {
    for (const useGitignore of [false, true]) {
      using world = new World({}, { useGitignore });
      world.write('host', '.gitignore', '*.o\n');
      world.write('host', 'lib/.gitignore', '!special.o\nlocal\n');
      for (const name of ['a.o', 'lib/a.o', 'lib/special.o', 'lib/local', 'local']) world.write('host', name);
      await world.sync();
      const came = ['a.o', 'lib/a.o', 'lib/special.o', 'lib/local', 'local'].filter((name) =>
        world.has('sandbox', name),
      );
      expect(came).toEqual(
        useGitignore ? ['lib/special.o', 'local'] : ['a.o', 'lib/a.o', 'lib/special.o', 'lib/local', 'local'],
      );
    }
  });

  test('can’t be chosen by the sandbox', async () => {
    using world = new World();
    world.write('host', 'a', '1');
    await world.sync();
    world.write('sandbox', '.clamshellignore', '*');
    world.write('sandbox', 'a', '2');
    await world.sync();
    expect(world.read('host', 'a')).toBe('2');
    expect(world.has('host', '.clamshellignore')).toBe(false);
  });

  test('and what the owner protects stays in the sandbox, while the host’s goes there', async () => {
    using world = new World({}, { protect: ['Makefile', 'ci/'] });
    world.write('host', 'Makefile', 'ours');
    world.write('host', 'ci/run', 'ours');
    await world.sync();
    world.write('sandbox', 'Makefile', 'theirs');
    world.write('sandbox', 'ci/new', 'theirs');
    const { withheld } = await world.sync();
    expect(withheld).toEqual(expect.arrayContaining(['Makefile', 'ci/new']));
    expect(world.read('host', 'Makefile')).toBe('ours');
    expect(world.has('host', 'ci/new')).toBe(false);
  });
});

test('a sync of some paths leaves all others, and their base', async () => {
  using world = new World();
  for (const name of ['d/x', 'd/y', 'e', 'f/g']) world.write('host', name, 'base');
  await world.sync();
  for (const name of ['d/x', 'd/y', 'e', 'd/new/deep']) world.write('sandbox', name, 'edited');
  world.remove('sandbox', 'f');
  await world.sync({ paths: [parseRelPath('d/x'), parseRelPath('d/new')] });
  expect(world.snapshot('host')).toMatchObject({
    'd/x': 'file: edited',
    'd/y': 'file: base',
    e: 'file: base',
    'd/new/deep': 'file: edited',
    'f/g': 'file: base',
  });
  expect(await world.sync()).toMatchObject({ problems: [], conflicts: [] });
  expect(world.snapshot('host')).toEqual(world.snapshot('sandbox'));
});

describeUserlands('one path alone', (shell) => {
  test('is committed on both halves and in the base', async () => {
    using world = new World(shell);
    world.write('host', 'file', 'old');
    await world.sync();
    const mirror = world.mirror();
    const commit = (name: string, expected: string | undefined, content: string | undefined) =>
      mirror.commitPath({
        path: parseRelPath(name),
        expected: expected === undefined ? undefined : sha256(expected),
        content: content === undefined ? undefined : Buffer.from(content),
      });
    expect(await commit('file', 'old', 'new')).toEqual({ status: 'committed' });
    expect(await commit('deep/er/file', undefined, 'made')).toEqual({ status: 'committed' });
    expect(world.snapshot('host')).toEqual(world.snapshot('sandbox'));
    expect(world.read('sandbox', 'deep/er/file')).toBe('made');
    expect(Object.values(world.undone('host'))).toEqual(['old']);
    const { pushed, pulled, problems } = await world.sync();
    expect([pushed.files, pulled.files, problems]).toEqual([0, 0, []]);
    expect(await commit('file', 'old', 'late')).toEqual({ status: 'stale', on: 'host' });
    expect(await commit('file', undefined, 'late')).toEqual({ status: 'stale', on: 'host' });
    world.write('sandbox', 'file', 'theirs');
    expect(await commit('file', 'new', 'late')).toEqual({ status: 'stale', on: 'sandbox' });
    expect(world.read('host', 'file')).toBe('new');
    expect(await commit('deep/er/file', 'made', undefined)).toEqual({ status: 'committed' });
    expect(world.has('sandbox', 'deep/er/file')).toBe(false);
    expect(await commit('.git/hooks/x', undefined, 'evil')).toEqual({ status: 'withheld' });
    expect(await commit('clamshell.json', undefined, 'evil')).toEqual({ status: 'withheld' });
  });

  test('is archived with all others', async () => {
    using world = new World(shell);
    world.write('sandbox', 'file', 'theirs');
    const { file, bytes } = await world.mirror().save();
    expect(fs.statSync(file).size).toBe(bytes);
    expect(fs.readFileSync(file, 'latin1')).toContain('theirs');
    using small = new World(shell, { maxSavedBytes: 100 });
    await expect(small.mirror().save()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(
      fs.readdirSync(small.state, { recursive: true }).filter((name) => String(name).includes('.tar')),
    ).toEqual([]);
  });
});

describe('after a halt a person says which side is right:', () => {
  async function emptied(half: 'host' | 'sandbox'): Promise<World> {
    const world = new World();
    for (const name of ['a', 'b/c']) world.write('host', name, 'base');
    await world.sync();
    for (const name of ['a', 'b']) world.remove(half, name);
    return world;
  }

  test.each(['host', 'sandbox'] as const)('the %s, which was emptied', async (half) => {
    using world = await emptied(half);
    expect(await world.mirror().sync()).toMatchObject({ status: 'halted' });
    expect(await world.mirror().sync({ believe: half })).toMatchObject({ status: 'done' });
    expect(world.snapshot('host')).toEqual({});
    expect(world.snapshot('sandbox')).toEqual({});
    expect(world.allContents()).toContain('base');
  });

  test.each([
    ['host', 'sandbox'],
    ['sandbox', 'host'],
  ] as const)('not the %s, which was emptied, but the %s', async (half, other) => {
    using world = await emptied(half);
    expect(await world.mirror().sync({ believe: other })).toMatchObject({ status: 'done' });
    expect(world.snapshot(half)).toEqual({ a: 'file: base', b: 'directory', 'b/c': 'file: base' });
    expect(world.snapshot('host')).toEqual(world.snapshot('sandbox'));
  });
});
