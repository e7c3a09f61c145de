import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { ASIDE } from './edits.ts';
import { ResidentHost } from './resident-host.ts';

const CLI = fileURLToPath(new URL('../../apps/cli/dist/main.js', import.meta.url));
const CLOCK = new URL('./bent-clock.ts', import.meta.url).href;
const DISK_MIB = 4096;

/** Nothing may leave the undo store for want of room: what is not there is lost. */
const SETTINGS = {
  CLAMSHELL_PROVIDER: 'local',
  CLAMSHELL_MIRROR_EXCLUDE: `/${ASIDE}/`,
  CLAMSHELL_MIRROR_UNDO_KEEPRUNS: '100000',
  CLAMSHELL_MIRROR_UNDO_KEEPMEGABYTES: '1048576',
};

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A home of its own for workspaces, state and temporary files, on a disk of its own where the user may mount one. */
export class Arena implements Disposable {
  readonly home = mkdtempSync(path.join(os.tmpdir(), 'clamshell-soak-'));
  /** A file system that can be filled without harm to anybody else. */
  readonly hasOwnDisk: boolean;
  readonly state = path.join(this.home, 'state');
  readonly temporary = path.join(this.home, 'tmp');
  readonly resident: ResidentHost;

  constructor(workspaces: number) {
    this.hasOwnDisk = mountDisk(this.home);
    for (const directory of [this.state, this.temporary]) mkdirSync(directory, { mode: 0o700 });
    for (let number = 0; number < workspaces; number += 1)
      mkdirSync(this.workspace(number), { recursive: true });
    const roots = Array.from({ length: workspaces }, (_, number) => this.workspace(number));
    this.resident = new ResidentHost(this.state, roots, this.#environment());
  }

  workspace(number: number): string {
    return path.join(this.home, 'workspaces', String(number));
  }

  /** `clamshell ARGS` in a workspace, with its clock off by so many milliseconds. */
  start(workspace: number, args: readonly string[], clockOffMs = 0): ChildProcess {
    const clock = clockOffMs === 0 ? [] : ['--import', CLOCK];
    return spawn(process.execPath, [...clock, CLI, ...args], {
      cwd: this.workspace(workspace),
      env: { ...this.#environment(), SOAK_CLOCK_OFF_MS: String(clockOffMs) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Through whichever host works on that workspace: a process of its own each time, or the one that lives long. */
  clamshell(workspace: number, args: readonly string[]): Promise<Ended> {
    if (isResident(workspace)) return this.resident.call({ workspace, words: args });
    return ending(this.start(workspace, args));
  }

  #environment(): NodeJS.ProcessEnv {
    return { ...process.env, ...SETTINGS, XDG_STATE_HOME: this.state, TMPDIR: this.temporary };
  }

  [Symbol.dispose](): void {
    this.resident[Symbol.dispose]();
    if (this.hasOwnDisk) execFileSync('umount', ['--lazy', this.home]);
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** Every third workspace belongs to the host that lives long. */
export function isResident(workspace: number): boolean {
  return workspace % 3 === 2;
}

export async function ending(child: ChildProcess): Promise<Ended> {
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => (text[name] += chunk));
  }
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.once('close', (...end) => resolve(end)),
  );
  return { code, signal, ...text };
}

function mountDisk(directory: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m,mode=0700`, 'clamshell-soak', directory], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}
