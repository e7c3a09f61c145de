import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'vitest';

import { isClamshellError } from '@clamshell/core';

import { expectContained, plantCanaries } from './mirror-parent.ts';
import { World } from './mirror-world.ts';

export interface Liar {
  /** Lines of sh by the tool whose place they take; `$real` is the tool itself. */
  readonly lies: Readonly<Record<string, string>>;
  readonly requests: boolean;
  /** Deadlines of minutes are over at once, since the lie goes on for ever. */
  readonly isHasty: boolean;
}

/**
 * One sync with a sandbox whose tools lie, after an honest one and edits on both sides; gives how it ended. Whatever the
 * lie: nothing beside the host’s root is touched, nothing that the host held is lost, and an honest sync makes the
 * halves equal again.
 */
export async function meetLiar({ lies, requests, isHasty }: Liar): Promise<string> {
  const patience = { ms: Infinity };
  const clock = {
    now: Date.now,
    sleep: (ms: number, signal?: AbortSignal) => sleep(Math.min(ms, patience.ms), undefined, { signal }),
  };
  using world = new World({}, { clock });
  await agreeAndEdit(world);
  const bin = plantTools(world, lies);
  const before = plantCanaries(world);
  const held = world.contents('host');
  if (isHasty) patience.ms = 300;
  const end = await syncAnyhow(world, { path: `${bin}:${process.env.PATH ?? ''}`, requests });
  patience.ms = Infinity;
  expectContained(world, before);
  expectKept(world, held, end);
  await expectHealed(world, end);
  expectKept(world, held, end);
  return end;
}

async function agreeAndEdit(world: World): Promise<void> {
  for (const name of ['kept', 'edited', 'gone', 'dir/x', 'dir/y', '.git/config', 'both'])
    world.write('host', name, `first ${name}`);
  for (let index = 0; index < 20; index += 1) world.write('host', `many/${index}`, `many ${index}`);
  await world.sync();
  world.write('sandbox', 'edited', 'theirs');
  world.write('sandbox', 'new', 'new of theirs');
  world.write('sandbox', 'both', 'both, theirs');
  world.remove('sandbox', 'gone');
  world.write('host', 'both', 'both, ours');
  world.write('host', 'ours', 'new of ours');
}

/** Gives the directory that they are in. */
function plantTools(world: World, lies: Liar['lies']): string {
  const bin = path.join(world.top, 'bin');
  fs.mkdirSync(bin);
  for (const [tool, lie] of Object.entries(lies)) {
    const found = spawnSync('sh', ['-c', 'command -v "$1"', '_', tool], { encoding: 'utf8' });
    const script = `#!/bin/sh\nreal=${found.stdout.trim()}\ntop=${world.top}\n${lie}\n`;
    fs.writeFileSync(path.join(bin, tool), script, { mode: 0o755 });
  }
  return bin;
}

async function syncAnyhow(
  world: World,
  shell: { readonly path: string; readonly requests: boolean },
): Promise<string> {
  try {
    const outcome = await world.mirror(shell).sync();
    return outcome.status === 'halted' ? outcome.reason : outcome.status;
  } catch (error) {
    if (!isClamshellError(error)) throw error;
    return error.code;
  }
}

/** On the host, in place or in its undo store. */
function expectKept(world: World, held: readonly string[], end: string): void {
  const store = Object.values(world.undone('host'));
  const there = new Set([...world.contents('host'), ...store]);
  expect(
    held.filter((content) => !there.has(content)),
    `lost, after ${end}`,
  ).toEqual([]);
  expect(world.read('host', '.git/config')).toBe('first .git/config');
}

/** A lie may leave the sandbox without files that it said to have: a person says that the host is right. */
async function expectHealed(world: World, end: string): Promise<void> {
  const honest = world.mirror({});
  // It may have put there what stays there.
  if (!/^(?:file|program)/.test(world.snapshot('sandbox').new ?? ''))
    fs.rmSync(world.at('sandbox', 'new'), { force: true });
  const { status } = await honest.sync();
  if (status === 'halted') await honest.sync({ believe: 'host' });
  expect(world.snapshot('sandbox'), `after ${end}`).toEqual(world.snapshot('host'));
}
