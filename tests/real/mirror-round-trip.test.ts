import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

import { expect, test } from 'vitest';

import { describeUserlands } from './mirror-userlands.ts';
import { World } from './mirror-world.ts';

const ODD_NAMES = [
  'new\nline',
  '-rf',
  '--checkpoint-action=exec=id',
  'back\\slash',
  'tail ',
  '*?[x]',
  'quo\'te"s',
  '$HOME`id`',
  '~',
  'caf\u00e9',
  'esc\u001b[31m',
];
const BAD_UTF8 = Buffer.from([0x66, 0xff, 0xfe, 0x66]);
const LONG = `${'long-directory-name/'.repeat(12)}${'n'.repeat(200)}`;

describeUserlands('a round trip', (shell) => {
  function fillMessy(world: World, half: 'host' | 'sandbox'): void {
    for (const name of ODD_NAMES) {
      world.write(half, name, `in ${name}`);
      world.write(half, `dir ${name}/inner ${name}`, 'deep');
    }
    world.write(half, BAD_UTF8, 'bytes');
    world.write(half, LONG, 'far down');
    world.write(half, 'bin/tool', '#!/bin/sh\n');
    fs.chmodSync(world.at(half, 'bin/tool'), 0o755);
    fs.mkdirSync(world.at(half, 'empty/er'), { recursive: true });
    fs.symlinkSync('bin/tool', world.at(half, 'link'));
    fs.symlinkSync('../link', world.at(half, 'bin/up'));
    fs.symlinkSync('nowhere', world.at(half, 'dangling'));
    world.write(half, 'empty-file', '');
    world.write(half, 'large', Buffer.alloc(3_000_001, 'x'));
    world.write(half, 'linked', 'one inode');
    fs.linkSync(world.at(half, 'linked'), world.at(half, 'linked-too'));
    fs.utimesSync(world.at(half, 'empty-file'), 1.5, 1_234_567_890.123456);
    fs.utimesSync(world.at(half, 'large'), 1, 1);
  }

  /** Equal but for 1 µs, which Node's utimes may be off, and for busybox, which keeps whole seconds when it unpacks. */
  function expectEqual(world: World): void {
    expect(world.snapshot('sandbox')).toEqual(world.snapshot('host'));
    const there = world.times('sandbox');
    for (const [path, mtimeUs] of world.times('host')) {
      const isWhole = there.get(path) === Math.floor(mtimeUs / 1e6) * 1e6;
      if (!isWhole) expect(Math.abs((there.get(path) ?? 0) - mtimeUs), path).toBeLessThanOrEqual(1);
    }
  }

  test('of a messy tree, host to sandbox and nothing more to do', async () => {
    using world = new World(shell);
    fillMessy(world, 'host');
    const before = world.snapshot('host');
    const { pushed, pulled, problems } = await world.sync();
    expect(problems).toEqual([]);
    expectEqual(world);
    expect(world.snapshot('host')).toEqual(before);
    expect(pulled).toEqual({ files: 0, removed: 0, bytes: 0 });
    expect(pushed.files).toBe(Object.values(before).filter((entry) => entry !== 'directory').length);
    expect(await world.sync()).toMatchObject({ pushed: { files: 0 }, pulled: { files: 0 }, problems: [] });
    expect(world.has('host', '.clamshell'), 'a host that nothing came to keeps clean').toBe(false);
  });

  test('of a messy tree, sandbox to host and nothing more to do', async () => {
    using world = new World(shell);
    fillMessy(world, 'sandbox');
    const before = world.snapshot('sandbox');
    const { problems } = await world.sync();
    expect(problems).toEqual([]);
    expect(world.snapshot('host')).toEqual(before);
    expectEqual(world);
    expect(await world.sync()).toMatchObject({ pushed: { files: 0 }, pulled: { files: 0 }, problems: [] });
  });

  test('of edits, removals and replacements, each way at once', async () => {
    using world = new World(shell);
    fillMessy(world, 'host');
    world.write('host', 'gone-here/x', '1');
    world.write('host', 'gone-there/x', '1');
    await world.sync();
    for (const [index, name] of ODD_NAMES.entries()) {
      const half = index % 2 === 0 ? 'host' : 'sandbox';
      world.write(half, name, `changed ${name}`);
      world.remove(half, `dir ${name}`);
    }
    world.remove('host', 'gone-here');
    world.remove('sandbox', 'gone-there');
    world.write('sandbox', BAD_UTF8, 'changed');
    world.write('host', LONG, 'changed');
    fs.chmodSync(world.at('sandbox', 'empty-file'), 0o755);
    fs.rmSync(world.at('host', 'link'));
    fs.symlinkSync('empty', world.at('host', 'link'));
    world.remove('sandbox', 'bin/up');
    world.write('sandbox', 'bin/up/now-a-directory', '1');
    world.remove('host', 'empty');
    world.write('host', 'empty', 'now a file');
    const { problems, conflicts } = await world.sync();
    expect({ problems, conflicts }).toEqual({ problems: [], conflicts: [] });
    expectEqual(world);
    expect(world.read('host', BAD_UTF8)).toBe('changed');
    expect(world.read('sandbox', LONG)).toBe('changed');
    expect(fs.statSync(world.at('host', 'empty-file')).mode & 0o777).toBe(0o755);
    expect(Object.keys(world.snapshot('host')).filter((path) => path.startsWith('gone'))).toEqual([]);
    expect(await world.sync()).toMatchObject({
      pushed: { files: 0, removed: 0 },
      pulled: { files: 0, removed: 0 },
    });
  });

  test('of a touch: the time moves, also backwards', async () => {
    using world = new World(shell);
    world.write('host', 'a');
    await world.sync();
    fs.utimesSync(world.at('sandbox', 'a'), 1000, 1000);
    await world.sync();
    expect(fs.statSync(world.at('host', 'a')).mtimeMs).toBe(1_000_000);
  });

  test('of an edit that hides behind the old size and time', async () => {
    using world = new World(shell);
    world.write('host', 'a', 'old');
    await world.sync();
    const { atime, mtime } = fs.statSync(world.at('sandbox', 'a'));
    world.write('sandbox', 'a', 'new');
    fs.utimesSync(world.at('sandbox', 'a'), atime, mtime);
    await world.sync();
    expect(world.read('host', 'a')).toBe('new');
  });

  test('leaves a FIFO, a socket’s like, and what holds it on the host alone', async () => {
    using world = new World(shell);
    world.write('host', 'd/x');
    world.write('host', 'stays');
    expect(spawnSync('mkfifo', [`${world.host}/d/fifo`, `${world.host}/top`]).status).toBe(0);
    await world.sync();
    expect(Object.keys(world.snapshot('sandbox'))).toEqual(['d', 'd/x', 'stays']);
    world.remove('sandbox', 'd');
    const { problems } = await world.sync();
    expect(problems).toEqual([]);
    expect(Object.keys(world.snapshot('host'))).toEqual(['d', 'd/fifo', 'stays', 'top']);
  });

  test('keeps what is private on the host private', async () => {
    using world = new World(shell);
    world.write('host', 'secret', '1');
    fs.chmodSync(world.at('host', 'secret'), 0o600);
    await world.sync();
    world.write('sandbox', 'secret', '2');
    await world.sync();
    expect(world.read('host', 'secret')).toBe('2');
    expect(fs.statSync(world.at('host', 'secret')).mode & 0o777).toBe(0o600);
  });

  test('keeps every replaced version in the undo store of its side', async () => {
    using world = new World(shell);
    world.write('host', 'd/a', 'first of host');
    world.write('host', 'b', 'first b');
    await world.sync();
    world.write('sandbox', 'd/a', 'second');
    world.remove('host', 'b');
    await world.sync();
    const undo = (half: 'host' | 'sandbox') => {
      const [run] = fs.readdirSync(world.at(half, '.clamshell/undo'));
      return `.clamshell/undo/${run}`;
    };
    expect(world.read('host', `${undo('host')}/host/d/a`)).toBe('first of host');
    expect(world.read('sandbox', `${undo('sandbox')}/b`)).toBe('first b');
    for (const half of ['host', 'sandbox'] as const)
      expect(world.read(half, '.clamshell/.gitignore')).toBe('*\n');
    expect(fs.readdirSync(world.at('host', '.clamshell/staging'))).toEqual([]);
    expect(fs.readdirSync(world.at('sandbox', '.clamshell/staging'))).toEqual([]);
  });

  test('a carriage return in a name, where no other name is odd, is digested like any other', async () => {
    using world = new World(shell);
    for (const half of ['host', 'sandbox'] as const) world.write(half, 'carriage\rreturn', 'same');
    expect(await world.sync()).toMatchObject({ conflicts: [], problems: [], pushed: { files: 0 } });
  });
});
