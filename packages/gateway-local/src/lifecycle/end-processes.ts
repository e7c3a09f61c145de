import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { LifecycleError } from '@clamshell/core';
import { isProcessAlive, type ProcessIdentity } from '@clamshell/host';

import type { SandboxRecord, Stage } from '../state/sandbox-record.ts';

const POLL_MS = 5;

/** What was last written down of a sandbox's processes, alive or not. */
export interface RunningProcesses {
  /** Its first one. */
  readonly init?: ProcessIdentity | undefined;
  /** Its network's proxy. */
  readonly egress?: ProcessIdentity | undefined;
}

export function processesOf(stage: Stage): RunningProcesses {
  return 'init' in stage ? { init: stage.init, egress: stage.egress } : {};
}

/** The environment variable by which the processes of an unconfined sandbox are found again. */
export const TAG_VARIABLE = 'OPENSHELL_LOCAL_SANDBOX_ID';

/**
 * Kills all of a sandbox's processes, its proxy too, and resolves when they are gone. The end of a PID namespace's first process ends
 * all others before it ends itself. Without a namespace the processes are found by their tag; one that has cleared its
 * environment is not.
 */
export async function endProcesses(
  { id, isolation }: Pick<SandboxRecord, 'id' | 'isolation'>,
  { init, egress }: RunningProcesses,
  deadlineMs: number,
): Promise<void> {
  const isOver = () => {
    const remaining = [
      ...[init, egress].flatMap((each) => (each !== undefined && isProcessAlive(each) ? [each.pid] : [])),
      ...(isolation === 'none' ? taggedProcesses(id) : []),
    ];
    remaining.forEach(kill);
    return remaining.length === 0;
  };
  for (let waited = 0; !isOver(); waited += POLL_MS) {
    if (waited > deadlineMs)
      throw new LifecycleError('DEADLINE_EXCEEDED', 'processes of the sandbox did not end');
    await sleep(POLL_MS);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function taggedProcesses(id: string): readonly number[] {
  const tag = `${TAG_VARIABLE}=${id}\0`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => environmentOf(pid).includes(tag))
    .map(Number);
}

/** Empty for a process of somebody else, and for one that is gone or a zombie. */
function environmentOf(pid: string): string {
  try {
    return `${readFileSync(`/proc/${pid}/environ`, 'latin1')}\0`;
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(String(error.code))
    )
      return '';
    throw error;
  }
}
