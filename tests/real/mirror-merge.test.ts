import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import type { SandboxId } from '@clamshell/core';
import { describe, expect, test } from 'vitest';

import { describeUserlands } from './mirror-userlands.ts';
import { World } from './mirror-world.ts';

/** Contents of what lies in a half's undo store, by path below its run. */
function undone(world: World, half: 'host' | 'sandbox'): Readonly<Record<string, string>> {
  const store = path.join(world[half], '.clamshell/undo');
  if (!fs.existsSync(store)) return {};
  const files = fs
    .readdirSync(store, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile());
  const places = files.map((file) => path.join(file.parentPath, file.name));
  return Object.fromEntries(
    places.map((place) => [
      path.relative(store, place).replace(/^[0-9a-f]{32}\//, ''),
      fs.readFileSync(place, 'utf8'),
    ]),
  );
}

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
    expect(undone(world, 'host')).toEqual({ 'sandbox/d/a': 'theirs' });
    expect(undone(world, 'sandbox')).toEqual({ 'd/a': 'theirs' });
    expect(await world.sync()).toMatchObject({ conflicts: [], pushed: { files: 0 }, pulled: { files: 0 } });
  });

  test('leaves the sandbox’s version where the policy says so', async () => {
    using world = new World(shell, { conflicts: 'sandbox' });
    world.write('host', 'a', 'ours');
    world.write('sandbox', 'a', 'theirs');
    const { conflicts } = await world.sync();
    expect(conflicts).toEqual([{ path: 'a', kept: 'sandbox' }]);
    expect([world.read('host', 'a'), world.read('sandbox', 'a')]).toEqual(['theirs', 'theirs']);
    expect(undone(world, 'host')).toEqual({ 'host/a': 'ours' });
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
    expect(undone(world, 'host')).toEqual({
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

describe('a halt changes nothing:', () => {
  const halts: readonly (readonly [string, (world: World) => void, string])[] = [
    [
      'the sandbox’s root is missing',
      ({ sandbox }) => fs.rmSync(sandbox, { recursive: true }),
      'sandbox-root-missing',
    ],
    [
      'it became a file',
      ({ sandbox }) => replaceBy(sandbox, () => fs.writeFileSync(sandbox, '')),
      'sandbox-root-not-a-directory',
    ],
    [
      'it became a link',
      ({ sandbox }) => replaceBy(sandbox, () => fs.symlinkSync('host', sandbox)),
      'sandbox-root-not-a-directory',
    ],
    ['it was emptied', (world) => empty(world, 'sandbox'), 'sandbox-root-emptied'],
    ['it lost most', (world) => empty(world, 'sandbox', 15), 'sandbox-shrunk'],
    ['the host was emptied', (world) => empty(world, 'host'), 'host-root-emptied'],
    ['the host lost most', (world) => empty(world, 'host', 15), 'host-shrunk'],
    ['the host’s root is missing', ({ host }) => fs.rmSync(host, { recursive: true }), 'host-root-missing'],
  ];

  test.each(halts)('%s', async (_what, damage, reason) => {
    using world = new World();
    for (let index = 0; index < 25; index += 1) world.write('host', `f${index}`, String(index));
    await world.sync();
    damage(world);
    const before = world.allContents();
    expect(await world.mirror().sync()).toMatchObject({ status: 'halted', reason });
    expect(await world.mirror().plan()).toMatchObject({ status: 'halted', reason });
    expect(world.allContents()).toEqual(before);
  });

  function replaceBy(directory: string, make: () => void): void {
    fs.rmSync(directory, { recursive: true });
    make();
  }

  function empty(world: World, half: 'host' | 'sandbox', count = 25): void {
    for (let index = 0; index < count; index += 1) world.remove(half, `f${index}`);
  }
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

describe('what is withheld', () => {
  test('stays in the sandbox and is reported once', async () => {
    using world = new World();
    world.write('host', '.git/HEAD', 'ref');
    world.write('host', '.git/config', 'ours');
    await world.sync();
    world.write('sandbox', '.git/hooks/post-checkout', 'evil');
    world.write('sandbox', '.git/config', 'theirs');
    world.write('sandbox', 'sub/.git', 'gitdir: /elsewhere');
    world.write('sandbox', 'hooks/pre', 'evil');
    fs.symlinkSync('/etc/passwd', world.at('sandbox', 'absolute'));
    fs.symlinkSync('../outside', world.at('sandbox', 'upwards'));
    fs.symlinkSync('inner/../../outside', world.at('sandbox', 'around'));
    const before = world.snapshot('sandbox');
    const { withheld, problems } = await world.sync();
    expect(problems).toEqual([]);
    expect(withheld.toSorted()).toEqual([
      ...[
        '.git/config',
        '.git/hooks',
        '.git/hooks/post-checkout',
        'absolute',
        'around',
        'hooks',
        'hooks/pre',
        'sub/.git',
        'upwards',
      ],
    ]);
    expect(world.snapshot('sandbox')).toEqual(before);
    expect(world.snapshot('host')).toEqual({
      '.git': 'directory',
      '.git/HEAD': 'file: ref',
      '.git/config': 'file: ours',
      sub: 'directory',
    });
    expect((await world.sync()).withheld).toEqual([]);
    world.write('sandbox', 'hooks/pre', 'more evil');
    expect((await world.sync()).withheld).toEqual(['hooks/pre']);
  });

  test('yields to an edit of the host, and is kept', async () => {
    using world = new World();
    world.write('host', '.git/config', '1');
    await world.sync();
    world.write('sandbox', '.git/config', 'theirs');
    await world.sync();
    world.write('host', '.git/config', 'ours');
    expect((await world.sync()).conflicts).toEqual([{ path: '.git/config', kept: 'host' }]);
    expect(world.read('sandbox', '.git/config')).toBe('ours');
    expect(undone(world, 'host')).toEqual({ 'sandbox/.git/config': 'theirs' });
  });

  test('a planted directory of the mirror’s own, on either side and at any depth, is neither moved nor trusted', async () => {
    using world = new World();
    world.write('host', '.clamshell/journal.json', '{"version":1,"run":"x","moves":[["a","b"]]}');
    world.write('host', '.clamshell/undo/x/a', 'planted');
    world.write('host', 'pkg/.clamshell/undo/x', 'of another mirror');
    world.write('sandbox', 'deep/.clamshell/undo/x', 'planted');
    world.write('sandbox', '.clamshell/staging/x/tree/evil', 'planted');
    world.write('sandbox', 'a', '1');
    const { withheld } = await world.sync();
    expect(withheld).toEqual(expect.arrayContaining(['deep/.clamshell']));
    expect(world.has('host', 'deep/.clamshell')).toBe(false);
    expect(world.has('sandbox', 'pkg/.clamshell')).toBe(false);
    expect(world.has('sandbox', 'evil')).toBe(false);
    expect(world.read('host', '.clamshell/undo/x/a')).toBe('planted');
  });

  test.each(['host', 'sandbox'] as const)(
    'a link in place of that directory on the %s stops the sync',
    async (half) => {
      using world = new World();
      fs.mkdirSync(path.join(world.top, 'outside'));
      fs.symlinkSync('../outside', world.at(half, '.clamshell'));
      world.write('host', 'h', '1');
      world.write('sandbox', 's', '1');
      const code = half === 'host' ? 'STATE_INVALID' : 'SANDBOX_UNFIT';
      await expect(world.sync()).rejects.toMatchObject({ code });
      expect(fs.readdirSync(path.join(world.top, 'outside'))).toEqual([]);
    },
  );
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

describe('state', () => {
  const baseFile = (world: World): string => {
    const [key = ''] = fs.readdirSync(world.state);
    return path.join(world.state, key, 'base.jsonl');
  };

  test('that is damaged stops the sync with a hint and is not taken for none', async () => {
    using world = new World();
    world.write('host', 'a', '1');
    await world.sync();
    fs.appendFileSync(baseFile(world), 'garbage');
    await expect(world.sync()).rejects.toMatchObject({
      code: 'STATE_INVALID',
      hint: expect.stringContaining('aside'),
    });
    fs.rmSync(baseFile(world));
    expect(await world.sync(), 'without one nothing moves: both sides are equal').toMatchObject({
      pushed: { files: 0 },
    });
  });

  test('is one for two spellings of a workspace', async () => {
    using world = new World();
    world.write('host', 'a', '1');
    await world.sync();
    fs.renameSync(world.host, `${world.host}-real`);
    fs.symlinkSync(`${world.host}-real`, world.host);
    await world.sync();
    fs.rmSync(world.host);
    fs.renameSync(`${world.host}-real`, world.host);
    await world.sync();
    expect(fs.readdirSync(world.state)).toHaveLength(2);
  });
});

describe('a sandbox without', () => {
  test.each(['xargs', 'tar', 'sha256sum'])('%s is told so, and nothing is changed', async (tool) => {
    using world = new World();
    const bin = path.join(world.top, 'bin');
    fs.mkdirSync(bin);
    for (const name of ['sh', 'find', 'xargs', 'stat', 'sha256sum', 'tar', 'cp', 'mv', 'ln', 'cat', 'date']) {
      const place = spawnSync('sh', ['-c', 'command -v "$1"', '_', name], { encoding: 'utf8' }).stdout.trim();
      if (name !== tool) fs.symlinkSync(place, path.join(bin, name));
    }
    world.write('host', 'a', '1');
    const sync = world.mirror({ path: bin }).sync();
    await expect(sync).rejects.toMatchObject({ code: 'SANDBOX_UNFIT', message: expect.stringContaining(tool) });
    expect(fs.readdirSync(world.sandbox)).toEqual([]);
  });
});

describe('a sandbox of a user without rights', () => {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) process.stderr.write('not root: a sandbox of another user is not tried\n');

  test.skipIf(!isRoot)('whose directory can’t be read keeps it, on both sides, and says so', async () => {
    using world = new World({ uid: 65534 });
    fs.chmodSync(world.top, 0o755);
    world.write('host', 'closed/x', '1');
    world.write('host', 'open/x', '1');
    await world.sync();
    expect(fs.statSync(world.at('sandbox', 'closed/x')).uid).toBe(65534);
    fs.chownSync(world.at('sandbox', 'closed'), 0, 0);
    fs.chmodSync(world.at('sandbox', 'closed'), 0o700);
    world.write('host', 'open/x', '2');
    const { problems } = await world.sync();
    expect(problems).toEqual([{ path: 'closed', reason: expect.stringContaining('could not be read') }]);
    expect(world.read('host', 'closed/x')).toBe('1');
    expect(world.read('sandbox', 'open/x')).toBe('2');
  });

  test.skipIf(!isRoot)('whose file can’t be read or replaced leaves it, and moves the rest', async () => {
    using world = new World({ uid: 65534 });
    world.write('host', 'a', '1');
    world.write('host', 'b', '1');
    await world.sync();
    world.write('sandbox', 'b', 'theirs');
    fs.chownSync(world.at('sandbox', 'b'), 0, 0);
    fs.chmodSync(world.at('sandbox', 'b'), 0o600);
    world.write('sandbox', 'a', '2');
    fs.chownSync(world.at('sandbox', 'a'), 65534, 65534);
    const { problems } = await world.sync();
    expect(problems).toEqual([{ path: 'b', reason: expect.any(String) }]);
    expect(world.snapshot('host')).toEqual({ a: 'file: 2', b: 'file: 1' });
  });
});
