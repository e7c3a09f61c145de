import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import type { CallOptions, RemoteCommand, RemoteProcess, ShellRunner } from '@clamshell/core';

import { createLocalShell } from './local-shell.ts';

/** What a sandbox may have for file work: a shell as `sh`, the tools around it, and perhaps python3. */
interface Userland {
  readonly shell: 'dash' | 'bash' | 'busybox';
  readonly python: boolean;
}

export const USERLANDS = {
  python3: { shell: 'dash', python: true },
  'dash and GNU tools': { shell: 'dash', python: false },
  'bash and GNU tools': { shell: 'bash', python: false },
  busybox: { shell: 'busybox', python: false },
} as const satisfies Record<string, Userland>;

const TOOLS = [
  'cat',
  'chmod',
  'dd',
  'find',
  'grep',
  'head',
  'ln',
  'mkdir',
  'mv',
  'readlink',
  'rm',
  'rmdir',
  'sha256sum',
  'stat',
  'tr',
  'wc',
];

/** A shell whose commands are processes of this machine. */
export interface LocalShell extends ShellRunner {
  spawn(command: RemoteCommand, options?: CallOptions): Promise<RemoteProcess & { readonly pid: number }>;
}

export interface FileUserland extends Disposable {
  /** Where its programs are. */
  readonly directory: string;
  /** Buffered commands only. */
  readonly shell: ShellRunner;
  /** Commands as processes, too. */
  readonly processes: LocalShell;
}

export function makeFileUserland({ shell, python }: Userland): FileUserland {
  const bin = mkdtempSync(path.join(os.tmpdir(), `files-${shell}-`));
  chmodSync(bin, 0o755);
  mkdirSync(path.join(bin, 'bin'));
  const link = (name: string, program: string) => symlinkSync(which(program), path.join(bin, 'bin', name));
  link('sh', shell);
  for (const tool of TOOLS) link(tool, shell === 'busybox' ? shell : tool);
  if (python) {
    symlinkSync(realPython(), path.join(bin, 'bin', 'python3'));
    link('inotifywait', 'inotifywait');
  }
  const PATH = path.join(bin, 'bin');
  const local = createLocalShell(PATH);
  return {
    directory: PATH,
    shell: local,
    processes: { ...local, spawn: spawnLocally(PATH) },
    [Symbol.dispose]: () => rmSync(bin, { recursive: true, force: true }),
  };
}

/** Why this userland can't be had here. */
export function whyNoUserland({ shell, python }: Userland): string | undefined {
  const missing = [shell, ...(python ? ['python3'] : [])].filter(
    (program) => which(program) === '/nonexistent',
  );
  return missing.length === 0 ? undefined : `${missing.join(' and ')} not installed`;
}

/** What `python3` is where it is but a script that looks for it. */
function realPython(): string {
  const argv = ['-c', 'import sys; print(sys.executable)'];
  const { status, stdout } = spawnSync('python3', argv, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : '/nonexistent';
}

function which(program: string): string {
  const { status, stdout } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : '/nonexistent';
}

function spawnLocally(PATH: string): LocalShell['spawn'] {
  return async ({ argv: [file, ...args] }, { signal } = {}) => {
    const options = { env: { PATH }, detached: true };
    const child = spawn('/bin/sh', ['-c', 'exec "$@"', 'sh', file, ...args], options);
    const kill = () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    };
    signal?.addEventListener('abort', kill, { once: true });
    child.stdin.on('error', () => {});
    return {
      pid: child.pid ?? 0,
      stdin: {
        write: (chunk) => new Promise((resolve) => child.stdin.write(chunk, () => resolve())),
        end: async () => void child.stdin.end(),
      },
      stdout: child.stdout,
      stderr: child.stderr,
      exit: new Promise((resolve) => child.once('close', (code) => resolve({ code: code ?? 137 }))),
      kill: async () => kill(),
    };
  };
}
