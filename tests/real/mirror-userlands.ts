import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { afterAll, describe } from 'vitest';

import type { LocalShellOptions } from './mirror-local-shell.ts';

export interface Userland {
  readonly name: string;
  /** Undefined where it is not installed. */
  readonly shell: LocalShellOptions | undefined;
}

/** The tools a sandbox may have: what the machine has, over requests, and busybox alone, a command for each program. */
export const USERLANDS: readonly Userland[] = [
  { name: 'GNU tools', shell: { requests: true } },
  { name: 'busybox', shell: busyboxShell() },
];

/** As `describe`, once for each userland; one that is missing is skipped with a reason, and fails in CI. */
export function describeUserlands(name: string, body: (shell: LocalShellOptions) => void): void {
  for (const userland of USERLANDS) {
    const isSkipped = userland.shell === undefined && process.env.CI !== 'true';
    if (isSkipped)
      process.stderr.write(`${userland.name} is not installed: its part of "${name}" is not run\n`);
    describe.skipIf(isSkipped)(`${name}, ${userland.name}`, () =>
      body(userland.shell ?? { path: '/nonexistent' }),
    );
  }
}

/** A PATH with nothing but busybox on it. */
function busyboxShell(): LocalShellOptions | undefined {
  const list = spawnSync('busybox', ['--list'], { encoding: 'utf8' });
  if (list.status !== 0) return undefined;
  const busybox = spawnSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).stdout.trim();
  const directory = path.join(
    os.tmpdir(),
    `clamshell-busybox-${process.pid}-${process.env.VITEST_WORKER_ID ?? '0'}`,
  );
  fs.mkdirSync(directory, { recursive: true });
  fs.chmodSync(directory, 0o755);
  for (const applet of list.stdout.trim().split('\n')) {
    fs.rmSync(path.join(directory, applet), { force: true });
    fs.symlinkSync(busybox, path.join(directory, applet));
  }
  afterAll(() => fs.rmSync(directory, { recursive: true, force: true }));
  return { path: directory };
}
