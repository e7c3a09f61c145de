import { fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';

import { expect, test, vi } from 'vitest';

import { isDigest, isScan } from './mirror-tamper.ts';
import { describeUserlands } from './mirror-userlands.ts';
import { World } from './mirror-world.ts';

describeUserlands('a workspace in which nothing changed', (shell) => {
  /** As `world`, and old enough that no stat is in doubt. */
  async function settled(options: {
    before?: (program: string) => void;
    after?: () => void;
  }): Promise<World> {
    const world = new World({ ...shell, ...options });
    for (const name of ['a', 'd/b', 'd/c']) world.write('host', name, name);
    fs.symlinkSync('a', world.at('host', 'link'));
    await world.sync();
    await vi.waitFor(async () => expect(await isQuiet(world)).toBe(true), { timeout: 60_000, interval: 500 });
    return world;
  }

  /** Time stamps are in doubt for two seconds. */
  async function isQuiet(world: World): Promise<boolean> {
    const { phases } = await world.sync();
    return phases.every(({ name }) => name === 'scan');
  }

  test('takes one short program, and sees any change after', async () => {
    const programs: string[] = [];
    using world = await settled({ before: (program) => void programs.push(program) });
    programs.length = 0;
    expect(await isQuiet(world)).toBe(true);
    expect(programs.filter(isScan)).toHaveLength(1);
    expect(programs).toHaveLength(1);
    expect(programs.filter(isDigest), 'the scan may take a digest of the listing').toEqual(
      programs.filter(isScan),
    );
    world.write('sandbox', 'd/b', 'edited there');
    world.write('host', 'a', 'edited here');
    expect(await world.sync()).toMatchObject({ pulled: { files: 1 }, pushed: { files: 1 } });
    expect(world.snapshot('host')).toEqual(world.snapshot('sandbox'));
    fs.chmodSync(world.at('sandbox', 'd/c'), 0o755);
    world.remove('host', 'link');
    await world.sync();
    expect(world.snapshot('host')).toMatchObject({ 'd/c': 'program: d/c' });
    expect(world.has('sandbox', 'link')).toBe(false);
  });

  test('since another process synced is looked at anew', async () => {
    using world = await settled({});
    world.write('sandbox', 'a', 'edited');
    const worker = new URL('mirror-worker.ts', import.meta.url);
    const execArgv = ['--conditions=@clamshell/source'];
    const [code] = await once(fork(worker, [world.host, world.sandbox, world.state], { execArgv }), 'exit');
    expect(code).toBe(0);
    expect(world.read('host', 'a')).toBe('edited');
    world.remove('sandbox', 'a');
    await world.sync();
    expect(world.has('host', 'a')).toBe(false);
  });
});
