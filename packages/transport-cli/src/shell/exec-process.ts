import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

import type { Argv } from '@clamshell/core';

import { classifyFailure } from '../classify.ts';

/** One running process of the tool, in a group of its own. */
export interface ExecProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Its status once it has ended and both outputs are closed; `undefined` where a signal ended it. */
  readonly ended: Promise<number | undefined>;
  /** Ends the whole group at once. The command in the sandbox lives on (openshell §1.10). */
  kill(): void;
}

/** Rejects with GATEWAY_EXECUTABLE_MISSING where it can't be started. */
export async function startExec(
  [file, ...args]: Argv,
  env: Readonly<Record<string, string>>,
): Promise<ExecProcess> {
  const child = spawn(file, args, { env, stdio: 'pipe', detached: true });
  const { stdin, stdout, stderr } = child;
  stdin.on('error', () => {});
  const ended = once(child, 'close').then(([code]) => (code as number | null) ?? undefined);
  ended.catch(() => {});
  try {
    await once(child, 'spawn');
  } catch (cause) {
    const errno = (cause as NodeJS.ErrnoException).code;
    throw classifyFailure({ step: 'sandbox exec', executable: file, stderr: String(cause), errno });
  }
  return { stdin, stdout, stderr, ended, kill: () => killGroup(child) };
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  // A descendant that has left the group can hold them open for ever.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
}
