import { spawnSync } from 'node:child_process';

import { expect } from 'vitest';

import type { LocalShellOptions } from './mirror-local-shell.ts';
import { World } from './mirror-world.ts';

export type Half = 'host' | 'sandbox';

const isThere = spawnSync('git', ['--version']).status === 0;

/** Where git is missing: said so, and a failure in CI. */
export const isGitMissing = !isThere && process.env.CI !== 'true';
if (isGitMissing) process.stderr.write('git is not installed: git directories are not tried\n');

const IDENTITY = ['-c', 'user.name=Someone', '-c', 'user.email=someone@example.org', '-c', 'core.fsync=none'];

export function git(world: World, half: Half, ...args: string[]): string {
  const done = tryGit(world, half, ...args);
  expect(done.stderr + done.stdout, args.join(' ')).toSatisfy(() => done.status === 0);
  return done.stdout.trim();
}

export function tryGit(world: World, half: Half, ...args: string[]) {
  const env = { PATH: process.env.PATH, HOME: world.top, GIT_CONFIG_NOSYSTEM: '1', GIT_EDITOR: 'true' };
  return spawnSync('git', ['-C', world[half], ...IDENTITY, ...args], { encoding: 'utf8', env });
}

export function commitAll(world: World, half: Half, message: string): void {
  git(world, half, 'add', '--all');
  git(world, half, 'commit', '--quiet', `--message=${message}`);
}

/** Both halves are whole, and nothing in the working tree differs from HEAD. */
export function expectClean(world: World): void {
  const heads = (['host', 'sandbox'] as const).map((half) => {
    git(world, half, 'fsck', '--strict', '--no-dangling');
    expect(git(world, half, 'status', '--porcelain'), half).toBe('');
    return `${git(world, half, 'rev-parse', 'HEAD')} ${tryGit(world, half, 'symbolic-ref', 'HEAD').stdout}`;
  });
  expect(heads[0]).toBe(heads[1]);
}

export function expectSound(world: World): void {
  for (const half of ['host', 'sandbox'] as const) git(world, half, 'fsck', '--strict', '--no-dangling');
}

/** A repository of 20 files and one commit on both halves. */
export async function repository(shell: LocalShellOptions = {}): Promise<World> {
  const world = new World(shell);
  git(world, 'host', 'init', '--quiet', '--initial-branch=main');
  for (let index = 0; index < 20; index += 1) world.write('host', `src/f${index}`, `first ${index}`);
  commitAll(world, 'host', 'first');
  await world.sync();
  return world;
}
