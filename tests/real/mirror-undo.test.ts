import fs from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import { parseRelPath } from '@clamshell/core';

import { commitAll, git, isGitMissing, repository } from './mirror-git-world.ts';
import { World } from './mirror-world.ts';

/** A world in which one run replaced, removed and re-kinded things on the host. */
async function replaced(): Promise<World> {
  const world = new World();
  world.write('host', 'kept', 'same');
  world.write('host', 'file', 'old');
  world.write('host', 'gone/deep/er', 'removed');
  world.write('host', 'tool', '#!');
  fs.chmodSync(world.at('host', 'tool'), 0o755);
  fs.symlinkSync('file', world.at('host', 'link'));
  fs.mkdirSync(world.at('host', 'empty'));
  world.write('host', 'kind/of', 'a directory');
  await world.sync();
  world.write('sandbox', 'file', 'new');
  for (const name of ['gone', 'tool', 'link', 'empty', 'kind']) world.remove('sandbox', name);
  world.write('sandbox', 'kind', 'a file');
  return world;
}

/** Contents of all files in the host’s undo store. */
function stored(world: World): readonly string[] {
  const store = path.join(world.host, '.clamshell/undo');
  const entries = fs.readdirSync(store, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((file) => fs.readFileSync(path.join(file.parentPath, file.name), 'utf8'));
}

describe('undo', () => {
  test('lists what a run replaced, puts it back, and can be undone itself', async () => {
    using world = await replaced();
    const before = world.snapshot('host');
    await world.sync();
    const after = world.snapshot('host');
    expect(after).toEqual(world.snapshot('sandbox'));
    const [run, ...others] = await world.mirror().undoRuns();
    expect(others).toEqual([]);
    expect(run?.paths.toSorted()).toEqual([
      'empty',
      'file',
      'gone',
      'gone/deep',
      'gone/deep/er',
      'kind',
      'kind/of',
      'link',
      'tool',
    ]);
    expect(await world.mirror().undo(run?.id ?? '')).toMatchObject({ files: 5, removed: 0 });
    expect(world.snapshot('host')).toEqual(before);
    expect(stored(world)).toEqual(expect.arrayContaining(['new', 'a file']));
    const [own] = await world.mirror().undoRuns();
    expect(own?.paths).toEqual(['file', 'kind']);
    await world.mirror().undo(own?.id ?? '');
    expect(world.read('host', 'file')).toBe('new');
    expect(world.read('host', 'kind')).toBe('a file');
  });

  test('is carried on by the next sync', async () => {
    using world = await replaced();
    await world.sync();
    const [run] = await world.mirror().undoRuns();
    await world.mirror().undo(run?.id ?? '');
    expect((await world.sync()).problems).toEqual([]);
    expect(world.snapshot('sandbox')).toEqual(world.snapshot('host'));
    expect(world.read('sandbox', 'file')).toBe('old');
  });

  test('of a run that is not there says so', async () => {
    using world = await replaced();
    await expect(world.mirror().undo('0'.repeat(32))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  test('keeps to its budget, and prunes only after a later run succeeded', async () => {
    using world = new World({}, { undo: { maxRuns: 2, maxBytes: 1000 } });
    world.write('host', 'file', 'version 0');
    await world.sync();
    for (let round = 1; round <= 5; round += 1) {
      world.write('sandbox', 'file', `version ${round}`);
      await world.sync();
    }
    expect(stored(world).toSorted()).toEqual(['version 3', 'version 4']);
    world.write('sandbox', 'file', 'x'.repeat(2000));
    await world.sync();
    world.write('sandbox', 'file', 'y'.repeat(2000));
    await world.sync();
    expect(stored(world), 'the run that has just succeeded stays, whatever it takes').toEqual([
      'x'.repeat(2000),
    ]);
    expect(await world.mirror().undoRuns()).toHaveLength(1);
  });
});

describe('a conflict', () => {
  async function conflicted(winner: 'host' | 'sandbox', maxBytes = 10_000): Promise<World> {
    const world = new World({}, { conflicts: winner, undo: { maxRuns: 1, maxBytes } });
    world.write('host', 'file', 'base');
    await world.sync();
    world.write('host', 'file', 'ours');
    world.write('sandbox', 'file', 'theirs');
    fs.chmodSync(world.at('sandbox', 'file'), 0o755);
    await world.sync();
    return world;
  }

  test.each([
    ['host', 'host', 'ours'],
    ['host', 'sandbox', 'theirs'],
    ['sandbox', 'host', 'ours'],
    ['sandbox', 'sandbox', 'theirs'],
  ] as const)('kept of the %s and resolved for the %s', async (winner, take, content) => {
    using world = await conflicted(winner);
    const [conflict, ...others] = await world.mirror().conflicts();
    expect(others).toEqual([]);
    expect(conflict).toMatchObject({ path: 'file', kept: winner });
    if (conflict === undefined) return;
    await world.mirror().resolve(conflict, take);
    expect(world.read('host', 'file')).toBe(content);
    expect(await world.mirror().conflicts()).toEqual([]);
    expect(await world.sync()).toMatchObject({ problems: [], conflicts: [] });
    expect(world.snapshot('sandbox')).toEqual(world.snapshot('host'));
    await expect(world.mirror().resolve(conflict, take)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  test('is never pruned, and a store that it fills halts what would replace more', async () => {
    using world = await conflicted('host', 5);
    world.write('host', 'other', 'a push is no trouble');
    await world.sync();
    world.write('sandbox', 'file', 'again');
    expect(await world.mirror().sync()).toMatchObject({ status: 'halted', reason: 'undo-store-full' });
    expect(world.read('host', 'file')).toBe('ours');
    const [conflict] = await world.mirror().conflicts();
    if (conflict !== undefined) await world.mirror().resolve(conflict, 'host');
    world.write('sandbox', 'file', 'again');
    expect(await world.mirror().sync()).toMatchObject({ status: 'done' });
  });

  test.skipIf(isGitMissing)('of a repository is resolved whole', async () => {
    using world = await repository();
    world.write('host', 'src/f1', 'ours');
    commitAll(world, 'host', 'ours');
    world.write('sandbox', 'src/f2', 'theirs');
    commitAll(world, 'sandbox', 'theirs');
    await world.sync();
    const [conflict] = await world.mirror().conflicts();
    expect(conflict).toMatchObject({ path: parseRelPath('.git') });
    if (conflict !== undefined) await world.mirror().resolve(conflict, 'sandbox');
    expect(git(world, 'host', 'log', '--format=%s')).toBe('theirs\nfirst');
    expect(git(world, 'host', 'status', '--porcelain'), 'the host’s own file is there, not committed').toBe(
      'M src/f1',
    );
    await world.sync();
    expect(git(world, 'sandbox', 'log', '--format=%s')).toBe('theirs\nfirst');
  });
});
