import { fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';

import { expect, test } from 'vitest';

import { World } from './mirror-world.ts';

/** What came home in one sync: a replaced file, a removed tree, new ones, links, and kinds that changed both ways. */
function change(world: World, round: number): void {
  world.write('sandbox', 'replaced', `${round}`.padEnd(9, '.'));
  world.remove('sandbox', `dir${round - 1}`);
  world.write('sandbox', `dir${round}/x/y`, `y ${round}`);
  fs.symlinkSync('replaced', world.at('sandbox', `dir${round}/link`));
  world.remove('sandbox', 'kind');
  if (round % 2 === 0) world.write('sandbox', 'kind', `kind ${round}`);
  else world.write('sandbox', 'kind/of', `kind ${round}`);
  world.write('host', 'conflict', `ours ${round}`);
  world.write('sandbox', 'conflict', `theirs ${round}`);
}

/** Runs a sync that dies right before the n-th change it makes to a file system; gives its exit code if it did not. */
async function crash(world: World, at: number): Promise<number | null> {
  const worker = new URL('mirror-crash-worker.ts', import.meta.url);
  const execArgv = ['--conditions=@clamshell/source'];
  const child = fork(worker, [world.host, world.sandbox, world.state, String(at)], { execArgv });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

/** A path of the host is old, new, or absent with its old content in the undo store. */
function expectOldOrNew(world: World, before: Readonly<Record<string, string>>, when: string): void {
  const wanted: Readonly<Record<string, string | undefined>> = {
    ...world.snapshot('sandbox'),
    conflict: before['conflict'],
  };
  const now = world.snapshot('host');
  for (const [path, text] of Object.entries(now))
    expect([before[path], wanted[path]], `${path} ${when}`).toContain(text);
  const kept = world.allContents();
  for (const [path, text] of Object.entries(before)) {
    const content = text.startsWith('file: ') ? text.slice('file: '.length) : undefined;
    if (!(path in now) && content !== undefined) expect(kept, `${path} ${when}`).toContain(content);
  }
}

test(
  'a process that dies before any change it makes to the host leaves each path old or new',
  { timeout: 240_000 },
  async () => {
    using world = new World();
    for (const name of ['replaced', 'dir0/x/y', 'kind', 'conflict', 'stays'])
      world.write('host', name, 'base');
    await world.sync();
    let isDone = false;
    for (let at = 1; !isDone; at += 1) {
      change(world, at);
      const before = world.snapshot('host');
      const code = await crash(world, at);
      isDone = code !== null;
      if (!isDone) expectOldOrNew(world, before, `at ${at}`);
      const { problems } = await world.sync();
      expect(problems, `at ${at}`).toEqual([]);
      expect(world.snapshot('sandbox'), `at ${at}`).toEqual(world.snapshot('host'));
      const kept = world.allContents();
      for (const content of [`theirs ${at}`, `ours ${at}`, `y ${at}`, `kind ${at}`]) {
        expect(kept, `at ${at}`).toContain(content);
      }
      expect(fs.readdirSync(world.at('host', '.clamshell/staging'))).toEqual([]);
      expect(at, 'it ends').toBeLessThan(100);
    }
  },
);
