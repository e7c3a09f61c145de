import fs from 'node:fs';

import { expect } from 'vitest';

import { World } from './mirror-world.ts';

export async function startingWorld(): Promise<World> {
  const world = new World();
  for (const name of ['replaced', 'dir0/x/y', 'kind', 'conflict', 'stays']) world.write('host', name, 'base');
  await world.sync();
  return world;
}

/** What came home in one sync: a replaced file, a removed tree, new ones, links, and kinds that changed both ways. */
export function change(world: World, round: number): void {
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

/** A path of the host is old, new, or absent with its old content in the undo store. */
export function expectOldOrNew(world: World, before: Readonly<Record<string, string>>, when: string): void {
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
