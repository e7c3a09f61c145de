import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';

import type { PipeMint } from './pipe-mint.ts';

export interface CommandSpec {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface RunningCommand {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves with the exit status, 1 for a command that a signal ended (openshell §2.4); rejects if none began. */
  readonly exit: Promise<number>;
}

/**
 * Starts a command in the supervisor's own session and process group, as openshell §2.5 has it. Rejects, or `exit`
 * does, when the system refuses it: too long, no shell, no more processes.
 */
export async function spawnCommand(
  mint: PipeMint,
  { file, args, cwd, env }: CommandSpec,
): Promise<RunningCommand> {
  const pipes = await mint.take();
  if (pipes === undefined) {
    const child = spawn(file, args, { cwd, env, stdio: 'pipe' });
    return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, exit: exitOf(child) };
  }
  const { stdin, stdout, stderr } = pipes;
  try {
    const child = spawn(file, args, { cwd, env, stdio: [stdin.theirs, stdout.theirs, stderr.theirs] });
    return {
      stdin: new Socket({ fd: stdin.ours, readable: false, writable: true }),
      stdout: new Socket({ fd: stdout.ours, readable: true, writable: false }),
      stderr: new Socket({ fd: stderr.ours, readable: true, writable: false }),
      exit: exitOf(child),
    };
  } catch (error) {
    [stdin, stdout, stderr].forEach(({ ours }) => closeSync(ours));
    throw error;
  } finally {
    [stdin, stdout, stderr].forEach(({ theirs }) => closeSync(theirs));
  }
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('exit', (code) => resolve(code ?? 1));
  });
}
