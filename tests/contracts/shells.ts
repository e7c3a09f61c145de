import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** A POSIX shell as `sh`, alone on a PATH with the tools it would have around it. */
export interface ShellUserland extends AsyncDisposable {
  readonly name: string;
  readonly path: string;
}

export const SHELL_NAMES = ['dash', 'bash', 'busybox'] as const;

/** Why this shell can't be tried here. */
export function whyNoShell(name: (typeof SHELL_NAMES)[number]): string | undefined {
  return which(name) === undefined ? `${name} is not installed` : undefined;
}

/** `dash` and `bash` with the machine's tools behind them; `busybox` with its own applets and nothing else. */
export function makeShellUserland(name: (typeof SHELL_NAMES)[number]): ShellUserland {
  const directory = mkdtempSync(path.join(os.tmpdir(), `clamshell-${name}-`));
  chmodSync(directory, 0o755);
  mkdirSync(path.join(directory, 'bin'));
  const program = which(name) ?? '/nonexistent';
  const applets = name === 'busybox' ? busyboxApplets() : ['sh'];
  for (const applet of applets) symlinkSync(program, path.join(directory, 'bin', applet));
  const rest = name === 'busybox' ? '' : ':/usr/bin:/bin';
  return {
    name,
    path: `${path.join(directory, 'bin')}${rest}`,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

function busyboxApplets(): readonly string[] {
  const { status, stdout } = spawnSync('busybox', ['--list'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim().split('\n') : ['sh'];
}

function which(program: string): string | undefined {
  const { status, stdout } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
