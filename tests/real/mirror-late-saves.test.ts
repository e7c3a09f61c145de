import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import { World } from './mirror-world.ts';

const { renameSync, linkSync } = fs;
afterEach(() => {
  Object.assign(fs, { renameSync, linkSync });
  syncBuiltinESMExports();
});

/** Does something once, within the call of the mirror that is about to change the host's `name`. */
function within(call: 'renameSync' | 'linkSync', name: string, act: () => void): void {
  const original = { renameSync, linkSync }[call];
  let isDone = false;
  const patched = (from: fs.PathLike, to: fs.PathLike): void => {
    const named = Buffer.from(call === 'renameSync' ? (from as Buffer) : (to as Buffer)).toString();
    if (!isDone && named.endsWith(`/${name}`)) {
      isDone = true;
      act();
    }
    original(from, to);
  };
  Object.assign(fs, { [call]: patched });
  syncBuiltinESMExports();
}

async function withBase(): Promise<World> {
  const world = new World();
  for (const name of ['d/file', 'd/other']) world.write('host', name, 'base');
  await world.sync();
  return world;
}

async function expectKeptByBoth(world: World, contents: readonly string[]): Promise<void> {
  for (let count = 0; count < 2; count += 1) await world.sync();
  expect(world.snapshot('sandbox')).toEqual(world.snapshot('host'));
  for (const content of contents) expect(world.allContents()).toContain(content);
}

/** What no look before the change can catch: there is no rename that refuses to replace (tried: 14 saves of 28,717). */
describe('a save on the host between the last look and the change', () => {
  test.each([
    ['by rename', (world: World) => saveByRename(world)],
    ['of a directory in its place', (world: World) => replaceByDirectory(world)],
  ])('%s is put back and merged by the next sync', async (_how, save) => {
    using world = await withBase();
    world.write('sandbox', 'd/file', 'theirs');
    within('renameSync', 'file', () => save(world));
    const { problems } = await world.sync();
    expect(problems).toEqual([{ path: 'd/file', reason: 'changed meanwhile' }]);
    expect(world.contents('host')).toContain('saved');
    await expectKeptByBoth(world, ['saved', 'theirs']);
  });

  test('that comes when the path is free stays, and is merged by the next sync', async () => {
    using world = await withBase();
    world.write('sandbox', 'd/file', 'theirs');
    within('linkSync', 'file', () => world.write('host', 'd/file', 'saved'));
    const { problems } = await world.sync();
    expect(problems).toEqual([{ path: 'd/file', reason: 'changed meanwhile' }]);
    expect(world.read('host', 'd/file')).toBe('saved');
    await expectKeptByBoth(world, ['saved', 'theirs', 'base']);
  });

  test('a change that fails once the path is free brings the old version back', async () => {
    using world = await withBase();
    world.write('sandbox', 'd/file', 'theirs');
    within('linkSync', 'file', () => {
      throw Object.assign(new Error('EPERM'), { code: 'EPERM', errno: -1, syscall: 'link' });
    });
    const { problems } = await world.sync();
    expect(problems).toEqual([{ path: 'd/file', reason: expect.stringContaining('EPERM') }]);
    expect(world.read('host', 'd/file')).toBe('base');
    await world.sync();
    expect(world.read('host', 'd/file')).toBe('theirs');
  });

  function saveByRename(world: World): void {
    fs.writeFileSync(world.at('host', 'd/file.swp'), 'saved');
    renameSync(world.at('host', 'd/file.swp'), world.at('host', 'd/file'));
  }

  function replaceByDirectory(world: World): void {
    fs.rmSync(world.at('host', 'd/file'));
    fs.mkdirSync(world.at('host', 'd/file'));
    fs.writeFileSync(world.at('host', 'd/file/inner'), 'saved');
  }
});

describe('a save in the sandbox between the last look and the change', () => {
  /** A PATH on which `program` first saves `d/file` anew. */
  function savingBefore(world: World, program: 'mv' | 'cp'): string {
    const bin = path.join(world.top, 'bin');
    const real = spawnSync('sh', ['-c', 'command -v "$1"', '_', program], { encoding: 'utf8' }).stdout.trim();
    const file = path.join(world.sandbox, 'd/file');
    const done = path.join(world.top, 'done');
    const save = `printf saved >'${file}.swp'; ${program === 'mv' ? real : 'mv'} -f '${file}.swp' '${file}'`;
    const isHelp = `case $* in *--help*) exec ${real} "$@" ;; esac`;
    fs.mkdirSync(bin);
    const script = `#!/bin/sh\n${isHelp}\n[ -e '${done}' ] || { : >'${done}'; ${save}; }\nexec ${real} "$@"\n`;
    fs.writeFileSync(path.join(bin, program), script, { mode: 0o755 });
    return `${bin}:${process.env.PATH ?? ''}`;
  }

  test.each(['mv', 'cp'] as const)(
    'right before its %s stays, and is merged by the next sync',
    async (program) => {
      using world = await withBase();
      for (const name of ['d/file', 'd/other']) world.write('host', name, 'ours');
      const outcome = await world.mirror({ path: savingBefore(world, program) }).sync();
      expect(outcome).toMatchObject({ problems: [{ path: 'd/file', reason: 'changed meanwhile' }] });
      expect(world.snapshot('sandbox')).toMatchObject({ 'd/file': 'file: saved', 'd/other': 'file: ours' });
      await expectKeptByBoth(world, ['saved', 'ours']);
    },
  );
});
