import { fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { describe, expect, test, vi } from 'vitest';

import type { LocalShellOptions } from './mirror-local-shell.ts';
import { isPull, isPush, isScan } from './mirror-tamper.ts';
import { describeUserlands } from './mirror-userlands.ts';
import { World } from './mirror-world.ts';

const isRestat = (program: string): boolean => program.includes('\nrecords\n') && !isPush(program);

interface Racing extends LocalShellOptions {
  /** Set once the race may begin. */
  world?: World;
}

/** A sandbox in which something happens once, right before one of its programs begins. */
function racing(
  userland: LocalShellOptions,
  isIt: (program: string) => boolean,
  act: (world: World) => void | Promise<void>,
): Racing {
  const options: Racing = {
    ...userland,
    before: (program) => {
      const { world } = options;
      if (world === undefined || !isIt(program)) return;
      delete options.world;
      return act(world);
    },
  };
  return options;
}

describeUserlands('while a sync runs', (userland) => {
  const withBase = async (world: World): Promise<void> => {
    for (const name of ['d/a', 'd/b', 'c']) world.write('host', name, 'base');
    await world.mirror(userland).sync();
  };
  const settle = async (world: World): Promise<void> => {
    expect(await world.mirror(userland).sync()).toMatchObject({ status: 'done', problems: [] });
    expect(world.snapshot('sandbox')).toEqual(world.snapshot('host'));
  };

  test.each([
    ['an edit', (world: World) => world.write('sandbox', 'd/a', 'meanwhile')],
    ['an edit of the same size', (world: World) => world.write('sandbox', 'd/a', 'THEIRS')],
    ['a save by rename', (world: World) => saveByRename(world, 'sandbox', 'd/a', 'meanwhile')],
    ['a removal', (world: World) => world.remove('sandbox', 'd/a')],
  ])('%s of a file that is pulled is left for the next sync', async (_what, act) => {
    const options = racing(userland, isRestat, act);
    using world = new World(options);
    await withBase(world);
    world.write('sandbox', 'd/a', 'theirs');
    world.write('sandbox', 'c', 'theirs');
    options.world = world;
    const { problems } = await world.sync();
    expect(problems.map((problem) => problem.path)).toEqual(['d/a']);
    expect([world.read('host', 'd/a'), world.read('host', 'c')]).toEqual(['base', 'theirs']);
    await settle(world);
  });

  test.each([
    ['an edit', (world: World) => world.write('host', 'd/a', 'meanwhile')],
    ['a save by rename', (world: World) => saveByRename(world, 'host', 'd/a', 'meanwhile')],
  ])('%s on the host of a file that is pulled stays, and is a conflict next time', async (_what, act) => {
    const options = racing(userland, isPull, act);
    using world = new World(options);
    await withBase(world);
    world.write('sandbox', 'd/a', 'theirs');
    options.world = world;
    expect((await world.sync()).problems).toEqual([{ path: 'd/a', reason: 'changed meanwhile' }]);
    expect(world.read('host', 'd/a')).toBe('meanwhile');
    expect((await world.mirror(userland).sync()) as object).toMatchObject({
      conflicts: [{ path: 'd/a', kept: 'host' }],
    });
    expect(world.allContents()).toContain('theirs');
    await settle(world);
  });

  test('a file that appears on the host where one is pulled stays', async () => {
    const options = racing(userland, isPull, (world) => world.write('host', 'new', 'ours'));
    using world = new World(options);
    await withBase(world);
    world.write('sandbox', 'new', 'theirs');
    options.world = world;
    expect((await world.sync()).problems).toEqual([{ path: 'new', reason: 'changed meanwhile' }]);
    expect(world.read('host', 'new')).toBe('ours');
    await settle(world);
    expect(world.allContents()).toContain('theirs');
  });

  test.each([
    ['an edit', (world: World) => world.write('sandbox', 'd/a', 'meanwhile')],
    ['an edit of the same size', (world: World) => world.write('sandbox', 'd/a', 'BASE')],
    ['a save by rename', (world: World) => saveByRename(world, 'sandbox', 'd/a', 'meanwhile')],
  ])('%s in the sandbox of a file that is pushed stays, and is a conflict next time', async (_what, act) => {
    const options = racing(userland, isPush, act);
    using world = new World(options);
    await withBase(world);
    world.write('host', 'd/a', 'ours');
    world.write('host', 'd/b', 'ours');
    options.world = world;
    expect((await world.sync()).problems).toEqual([{ path: 'd/a', reason: 'changed meanwhile' }]);
    expect([world.read('sandbox', 'd/a'), world.read('sandbox', 'd/b')]).not.toContain('base');
    expect(await world.mirror(userland).sync()).toMatchObject({ conflicts: [{ path: 'd/a', kept: 'host' }] });
    await settle(world);
  });

  test('a file that appears in the sandbox where one is pushed stays', async () => {
    const options = racing(userland, isPush, (world) => world.write('sandbox', 'new/x', 'theirs'));
    using world = new World(options);
    await withBase(world);
    world.write('host', 'new/x', 'ours');
    world.write('host', 'new/y', 'ours');
    options.world = world;
    expect((await world.sync()).problems).toEqual([{ path: 'new/x', reason: 'changed meanwhile' }]);
    expect([world.read('sandbox', 'new/x'), world.read('sandbox', 'new/y')]).toEqual(['theirs', 'ours']);
    await settle(world);
    expect(world.allContents()).toContain('theirs');
  });

  test('a file that appears in a directory that is removed there keeps it', async () => {
    const options = racing(userland, isPush, (world) => world.write('sandbox', 'd/new', 'theirs'));
    using world = new World(options);
    await withBase(world);
    world.remove('host', 'd');
    options.world = world;
    expect((await world.sync()).problems).toEqual([{ path: 'd', reason: 'changed meanwhile' }]);
    expect(world.snapshot('sandbox')).toEqual({ c: 'file: base', d: 'directory', 'd/new': 'file: theirs' });
    await settle(world);
  });

  test('a directory of the sandbox that becomes a link is not followed', async () => {
    const swap = (world: World): void => {
      fs.renameSync(world.at('sandbox', 'd'), path.join(world.top, 'elsewhere'));
      fs.symlinkSync('../elsewhere', world.at('sandbox', 'd'));
    };
    const options = racing(userland, isPush, swap);
    using world = new World(options);
    await withBase(world);
    world.write('host', 'd/a', 'ours');
    world.write('host', 'd/new', 'ours');
    options.world = world;
    expect((await world.sync()).problems.map((problem) => problem.path)).toEqual(['d/a', 'd/new']);
    const elsewhere = path.join(world.top, 'elsewhere');
    expect(fs.readdirSync(elsewhere).toSorted()).toEqual(['a', 'b']);
    expect(fs.readFileSync(path.join(elsewhere, 'a'), 'utf8')).toBe('base');
  });

  test('a directory of the host that becomes a link is not followed', async () => {
    const swap = (world: World): void => {
      fs.renameSync(world.at('host', 'd'), path.join(world.top, 'elsewhere'));
      fs.symlinkSync('../elsewhere', world.at('host', 'd'));
    };
    const options = racing(userland, isPull, swap);
    using world = new World(options);
    await withBase(world);
    world.write('sandbox', 'd/a', 'theirs');
    world.write('sandbox', 'd/new', 'theirs');
    options.world = world;
    await world.sync();
    const elsewhere = path.join(world.top, 'elsewhere');
    expect(fs.readdirSync(elsewhere).toSorted()).toEqual(['a', 'b']);
    expect(fs.readFileSync(path.join(elsewhere, 'a'), 'utf8')).toBe('base');
  });

  test('a tree that never holds still loses nothing by what a scan missed', async () => {
    let isBusy = true;
    using world = new World(userland);
    await withBase(world);
    for (let index = 0; index < 300; index += 1) world.write('sandbox', `busy/${index}/x`, '1');
    const churn = async (): Promise<void> => {
      for (let index = 0; isBusy; index = (index + 1) % 300) {
        fs.renameSync(world.at('sandbox', `busy/${index}`), world.at('sandbox', `busy/moved-${index}`));
        await nextTurn();
        fs.renameSync(world.at('sandbox', `busy/moved-${index}`), world.at('sandbox', `busy/${index}`));
      }
    };
    const churning = churn();
    try {
      await world.mirror(userland).sync();
      await world.mirror(userland).sync();
    } finally {
      isBusy = false;
      await churning;
    }
    for (let count = 0; count < 2; count += 1) await world.mirror(userland).sync();
    expect(world.snapshot('sandbox')).toEqual(world.snapshot('host'));
    expect(world.has('sandbox', 'busy/299/x')).toBe(true);
  });

  test.each([
    ['the scan', isScan],
    ['the pull', isPull],
    ['the push', isPush],
  ])('an abort in %s rejects with its reason and leaves nothing behind', async (_when, isIt) => {
    const reason = new Error('enough');
    const abort = new AbortController();
    const options = racing(userland, isIt, async (world) => {
      // What comes home may do so while the push is under way.
      if (isIt === isPush) await vi.waitFor(() => expect(world.read('host', 'd/a')).toBe('theirs'), 60_000);
      abort.abort(reason);
    });
    using world = new World(options);
    await withBase(world);
    world.write('host', 'c', 'ours');
    world.write('sandbox', 'd/a', 'theirs');
    options.world = world;
    await expect(world.mirror().sync({ signal: abort.signal })).rejects.toBe(reason);
    const staging = world.at('host', '.clamshell/staging');
    expect(fs.existsSync(staging) ? fs.readdirSync(staging) : []).toEqual([]);
    world.write('host', 'd/a', 'edited since');
    const next = await world.mirror(userland).sync();
    // What had come home before the abort is no conflict.
    expect(next).toMatchObject({ conflicts: isIt === isPush ? [] : [{ path: 'd/a' }] });
    await settle(world);
  });

  test.each([0, 700, 30_000, 400_000])(
    'a link that breaks after %i bytes of a push leaves the sandbox as it was',
    async (bytes) => {
      const options = { ...userland, loseAfter: (program: string) => (isPush(program) ? bytes : undefined) };
      using world = new World(options);
      await withBase(world);
      for (let index = 0; index < 50; index += 1) world.write('host', `many/${index}`, 'x'.repeat(10_000));
      world.write('host', 'c', 'ours');
      world.write('sandbox', 'd/a', 'theirs');
      const before = { ...world.snapshot('sandbox') };
      await expect(world.mirror().sync()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
      expect(world.snapshot('sandbox')).toEqual(before);
      await settle(world);
    },
  );
});

function saveByRename(world: World, half: 'host' | 'sandbox', name: string, content: string): void {
  world.write(half, `${name}.swp`, content);
  fs.renameSync(world.at(half, `${name}.swp`), world.at(half, name));
}

describe('two processes that sync one workspace at once', () => {
  test('take turns, and both end well', async () => {
    using world = new World();
    for (let index = 0; index < 200; index += 1) world.write('host', `f${index}`, String(index));
    const worker = new URL('mirror-worker.ts', import.meta.url);
    const start = () =>
      fork(worker, [world.host, world.sandbox, world.state], {
        execArgv: ['--conditions=@clamshell/source'],
      });
    const ends = await Promise.all([start(), start(), start()].map((child) => once(child, 'exit')));
    expect(ends.map(([code]) => code as number)).toEqual([0, 0, 0]);
    expect(world.snapshot('sandbox')).toEqual(world.snapshot('host'));
    expect(fs.readdirSync(world.at('sandbox', '.clamshell/staging'))).toEqual([]);
  });

  test('within one process, too', async () => {
    using world = new World();
    for (let index = 0; index < 50; index += 1) world.write('host', `f${index}`, String(index));
    const outcomes = await Promise.all([world.sync(), world.sync(), world.sync()]);
    expect(outcomes.map(({ pushed }) => pushed.files)).toEqual([50, 0, 0]);
  });
});
