import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

import { expect } from 'vitest';

import { isClamshellError } from '@clamshell/core';

import { change, expectOldOrNew } from './mirror-changes.ts';
import type { World } from './mirror-world.ts';

export const ERRNOS = ['ENOSPC', 'EXDEV', 'EMFILE', 'EACCES'] as const;
export type Errno = (typeof ERRNOS)[number];

const CALLS = [
  'renameSync',
  'linkSync',
  'unlinkSync',
  'mkdirSync',
  'rmdirSync',
  'symlinkSync',
  'writeSync',
  'openSync',
  'chmodSync',
  'lutimesSync',
] as const;

/** Every call of this process that changes the file system, or opens something there; the n-th one fails. */
class Fault implements Disposable {
  readonly #originals = Object.fromEntries(CALLS.map((name) => [name, fs[name]]));
  count = 0;

  constructor(at: number, errno: Errno) {
    for (const name of CALLS) {
      const original = fs[name] as (...args: unknown[]) => unknown;
      const patched = (...args: unknown[]): unknown => {
        this.count += 1;
        if (this.count === at)
          throw Object.assign(new Error(`${errno}: injected into ${name}`), { code: errno, syscall: name });
        return original(...args);
      };
      Object.assign(fs, { [name]: patched });
    }
    syncBuiltinESMExports();
  }

  [Symbol.dispose](): void {
    Object.assign(fs, this.#originals);
    syncBuiltinESMExports();
  }
}

export interface Injection {
  /** From 1, one more each time. */
  readonly round: number;
  readonly at: number;
  readonly errno: Errno;
}

/** False once a sync makes fewer calls than `at`. Whatever failed, each path is old or new, and the next sync finishes. */
export async function surviveFault(world: World, { round, at, errno }: Injection): Promise<boolean> {
  change(world, round);
  const before = world.snapshot('host');
  const reached = await syncWithFault(world, at, errno);
  const when = `${errno} at call ${at}`;
  expectOldOrNew(world, before, when);
  for (let count = 0; count < 3; count += 1) await world.sync();
  expect(world.snapshot('sandbox'), when).toEqual(world.snapshot('host'));
  const kept = world.allContents();
  for (const content of [`theirs ${round}`, `ours ${round}`, `y ${round}`, `kind ${round}`])
    expect(kept, when).toContain(content);
  return reached;
}

async function syncWithFault(world: World, at: number, errno: Errno): Promise<boolean> {
  using fault = new Fault(at, errno);
  try {
    await world.mirror().sync();
  } catch (error) {
    expect(isClamshellError(error), `${errno} at ${at}: ${String(error)}`).toBe(true);
  }
  return fault.count >= at;
}
