import fs from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import { World } from './mirror-world.ts';

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
    expect(world.undone('host')).toEqual({ 'sandbox/.git/config': 'theirs' });
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
