import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { vi } from 'vitest';

// A machine that does much else at once takes many times as long.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const CLI = path.resolve(import.meta.dirname, '../../apps/cli/dist/main.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A workspace with a state directory of its own, driven through the built executable. */
export interface Bench extends AsyncDisposable {
  readonly workspace: string;
  readonly state: string;
  /** Runs `clamshell ARGS` in the workspace to its end. */
  clamshell(args: readonly string[], input?: string, world?: World): Promise<Ended>;
  start(args: readonly string[], world?: World): ChildProcess;
  /** `clamshell run -q -- ARGV`. */
  run(...argv: string[]): Promise<Ended>;
}

/** What differs from the bench's own. */
export interface World {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdio?: StdioOptions;
}

export async function createBench(): Promise<Bench> {
  const home = await mkdtemp(path.join(tmpdir(), 'clamshell-e2e-'));
  const workspace = path.join(home, 'workspace');
  const state = path.join(home, 'state');
  await mkdir(workspace);
  await mkdir(state, { mode: 0o700 });
  const start = (args: readonly string[], { cwd = workspace, env, stdio = 'pipe' }: World = {}) =>
    spawn(process.execPath, [CLI, ...args], {
      cwd,
      stdio,
      env: { ...process.env, XDG_STATE_HOME: state, ...env },
    });
  const clamshell = (args: readonly string[], input = '', world: World = {}) => {
    const child = start(args, world);
    child.stdin?.on('error', () => undefined).end(input);
    return collect(child);
  };
  return {
    workspace,
    state,
    start,
    clamshell,
    run: (...argv) => clamshell(['run', '-q', '--', ...argv]),
    async [Symbol.asyncDispose]() {
      await clamshell(['rm', '--discard', '-q']);
      await rm(home, { recursive: true, force: true });
    },
  };
}

export async function collect(child: ChildProcess): Promise<Ended> {
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => (text[name] += chunk));
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...text };
}
