import fs from 'node:fs';

import { describe, expect, test } from 'vitest';

import type { SandboxId } from '@clamshell/core';

import { describeUserlands } from './mirror-userlands.ts';
import { World } from './mirror-world.ts';

describeUserlands('a conflict', (shell) => {
  test('leaves the host’s version on both sides and the sandbox’s in both undo stores', async () => {
    using world = new World(shell);
    world.write('host', 'd/a', 'base');
    await world.sync();
    world.write('host', 'd/a', 'ours');
    world.write('sandbox', 'd/a', 'theirs');
    const { conflicts, problems } = await world.sync();
    expect({ conflicts, problems }).toEqual({ conflicts: [{ path: 'd/a', kept: 'host' }], problems: [] });
    expect([world.read('host', 'd/a'), world.read('sandbox', 'd/a')]).toEqual(['ours', 'ours']);
    expect(world.undone('host')).toEqual({ 'sandbox/d/a': 'theirs' });
    expect(world.undone('sandbox')).toEqual({ 'd/a': 'theirs' });
    expect(await world.sync()).toMatchObject({ conflicts: [], pushed: { files: 0 }, pulled: { files: 0 } });
  });

  test('leaves the sandbox’s version where the policy says so', async () => {
    using world = new World(shell, { conflicts: 'sandbox' });
    world.write('host', 'a', 'ours');
    world.write('sandbox', 'a', 'theirs');
    const { conflicts } = await world.sync();
    expect(conflicts).toEqual([{ path: 'a', kept: 'sandbox' }]);
    expect([world.read('host', 'a'), world.read('sandbox', 'a')]).toEqual(['theirs', 'theirs']);
    expect(world.undone('host')).toEqual({ 'host/a': 'ours' });
  });

  test('of a file against a directory keeps the whole losing directory', async () => {
    using world = new World(shell);
    world.write('host', 'p/x', '1');
    world.write('host', 'other', '1');
    await world.sync();
    world.remove('host', 'p');
    world.write('host', 'p', 'now a file');
    world.write('sandbox', 'p/x', 'edited');
    world.write('sandbox', 'p/deep/new', 'new');
    fs.symlinkSync('x', world.at('sandbox', 'p/link'));
    const { conflicts, problems } = await world.sync();
    expect({ conflicts, problems }).toEqual({ conflicts: [{ path: 'p', kept: 'host' }], problems: [] });
    expect(world.snapshot('sandbox')).toEqual(world.snapshot('host'));
    expect(world.read('sandbox', 'p')).toBe('now a file');
    expect(world.undone('host')).toEqual({
      'sandbox/p/x': 'edited',
      'sandbox/p/deep/new': 'new',
      'sandbox/p/link': 'x',
    });
  });

  test('is none where both sides hold the same bytes', async () => {
    using world = new World(shell);
    for (const half of ['host', 'sandbox'] as const) world.write(half, 'a', 'same');
    const first = await world.sync();
    expect(first).toMatchObject({ conflicts: [], pushed: { files: 0 }, pulled: { files: 0 } });
    for (const half of ['host', 'sandbox'] as const) world.write(half, 'a', 'same again');
    expect(await world.sync()).toMatchObject({ conflicts: [], pushed: { files: 0 }, pulled: { files: 0 } });
  });
});

describe('an edit', () => {
  test.each([
    ['host', 'sandbox'],
    ['sandbox', 'host'],
  ] as const)('on the %s beats a removal on the %s', async (editor, remover) => {
    using world = new World();
    world.write('host', 'd/a', '1');
    world.write('host', 'd/b', '1');
    world.write('host', 'stays', '1');
    await world.sync();
    world.write(editor, 'd/a', '2');
    world.remove(remover, 'd');
    await world.sync();
    expect(world.snapshot('host')).toEqual({ d: 'directory', 'd/a': 'file: 2', stays: 'file: 1' });
    expect(world.snapshot('sandbox')).toEqual(world.snapshot('host'));
  });
});

describe('a sandbox that is another one', () => {
  test('of the same name and empty is filled again', async () => {
    using world = new World();
    world.write('host', 'a', '1');
    await world.sync();
    fs.rmSync(world.sandbox, { recursive: true });
    fs.mkdirSync(world.sandbox);
    world.id = 'sandbox-2' as SandboxId;
    expect(await world.sync()).toMatchObject({ pushed: { files: 1 }, pulled: { removed: 0 } });
    expect(world.read('sandbox', 'a')).toBe('1');
  });

  test('by its nonce alone is merged without removing anything', async () => {
    using world = new World();
    for (const name of ['a', 'b', 'c']) world.write('host', name, '1');
    await world.sync();
    world.remove('sandbox', '.clamshell');
    world.remove('sandbox', 'a');
    world.write('sandbox', 'b', 'theirs');
    const { conflicts } = await world.sync();
    expect(conflicts).toEqual([{ path: 'b', kept: 'host' }]);
    expect(world.snapshot('host')).toEqual({ a: 'file: 1', b: 'file: 1', c: 'file: 1' });
    expect(world.snapshot('sandbox')).toEqual(world.snapshot('host'));
    world.remove('sandbox', 'c');
    expect(await world.sync(), 'a new nonce makes a new base').toMatchObject({ pulled: { removed: 1 } });
  });
});

describe('one direction', () => {
  test('pushes without a change of the host, and leaves what changed on both sides', async () => {
    using world = new World();
    for (const name of ['a', 'b', 'c']) world.write('host', name, 'base');
    await world.sync();
    world.write('host', 'a', 'ours');
    world.write('sandbox', 'b', 'theirs');
    for (const half of ['host', 'sandbox'] as const) world.write(half, 'c', half);
    const before = world.snapshot('host');
    const { problems } = await world.sync({ direction: 'push' });
    expect(problems).toEqual([{ path: 'c', reason: 'changed on both sides' }]);
    expect(world.snapshot('host')).toEqual(before);
    expect(world.snapshot('sandbox')).toEqual({ a: 'file: ours', b: 'file: theirs', c: 'file: sandbox' });
    await world.sync({ direction: 'pull' });
    expect(world.read('host', 'b'), 'what was withheld comes later').toBe('theirs');
    expect((await world.sync()).conflicts, 'its base was kept').toEqual([{ path: 'c', kept: 'host' }]);
  });
});

describe('a plan', () => {
  test('says what a sync would do and changes nothing on either side', async () => {
    using world = new World();
    world.write('host', 'd/h', '1');
    world.write('sandbox', 's', '1');
    const plan = await world.mirror().plan();
    expect(plan).toEqual({
      status: 'planned',
      actions: [
        { on: 'sandbox', change: 'create', path: 'd' },
        { on: 'sandbox', change: 'create', path: 'd/h' },
        { on: 'host', change: 'create', path: 's' },
      ],
      conflicts: [],
      withheld: [],
    });
    for (const half of ['host', 'sandbox'] as const) expect(world.has(half, '.clamshell')).toBe(false);
    expect(Object.keys(world.snapshot('host'))).toEqual(['d', 'd/h']);
    expect(Object.keys(world.snapshot('sandbox'))).toEqual(['s']);
  });
});
