import { fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';

import { expect, test } from 'vitest';

import { baseLines, expectBaseHolds } from './mirror-base.ts';
import { change, expectOldOrNew, startingWorld } from './mirror-changes.ts';
import type { World } from './mirror-world.ts';

/** Runs a sync that dies right before the n-th change it makes to a file system; gives its exit code if it did not. */
async function crash(world: World, at: number): Promise<number | null> {
  const worker = new URL('mirror-crash-worker.ts', import.meta.url);
  const execArgv = ['--conditions=@clamshell/source'];
  const child = fork(worker, [world.host, world.sandbox, world.state, String(at)], { execArgv });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

test(
  'a process that dies before any change it makes to the host leaves each path old or new',
  { timeout: 240_000 },
  async () => {
    using world = await startingWorld();
    let isDone = false;
    for (let at = 1; !isDone; at += 1) {
      change(world, at);
      const before = world.snapshot('host');
      const known = baseLines(world);
      const code = await crash(world, at);
      expectBaseHolds(world, known, `at ${at}`);
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
