import { expect } from 'vitest';

import { isClamshellError } from '@clamshell/core';

import { type Errno, failsWith, type FaultOptions, injectFault } from './injected-faults.ts';
import { baseLines, expectBaseHolds } from './mirror-base.ts';
import { change, expectOldOrNew } from './mirror-changes.ts';
import type { World } from './mirror-world.ts';

export interface Injection extends Pick<FaultOptions, 'at' | 'among'> {
  /** From 1, one more each time. */
  readonly round: number;
  readonly errno: Errno;
}

/**
 * False once a sync makes fewer calls than `at`. Whatever failed, each path is old or new, the base says nothing new that
 * is not so, and the next sync finishes.
 */
export async function surviveFault(world: World, injection: Injection): Promise<boolean> {
  const { round, at, errno } = injection;
  change(world, round);
  const before = world.snapshot('host');
  const known = baseLines(world);
  const reached = await syncWithFault(world, injection);
  const when = `${errno} at call ${at}`;
  expectOldOrNew(world, before, when);
  expectBaseHolds(world, known, when);
  await settle(world);
  expect(world.snapshot('sandbox'), when).toEqual(world.snapshot('host'));
  const kept = world.allContents();
  for (const content of [`theirs ${round}`, `ours ${round}`, `y ${round}`, `kind ${round}`])
    expect(kept, when).toContain(content);
  return reached;
}

/** What moved late may be looked at once more. */
async function settle(world: World): Promise<void> {
  for (let count = 0; count < 3; count += 1) {
    const { pushed, pulled, problems } = await world.sync();
    if (pushed.files + pushed.removed + pulled.files + pulled.removed + problems.length === 0) return;
  }
}

async function syncWithFault(world: World, { at, among, errno }: Injection): Promise<boolean> {
  using fault = injectFault({ at, among, fail: failsWith(errno) });
  try {
    await world.mirror().sync();
  } catch (error) {
    expect(isClamshellError(error), `${errno} at ${at}: ${String(error)}`).toBe(true);
  }
  return fault.count >= at;
}
