import { readFileSync } from 'node:fs';

import { errnoOf } from '../errors/classify.ts';

/** One process of this machine, told apart from a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from boot to its start; empty where the system does not tell. */
  readonly startTime: string;
  /** Another after every boot; empty where the system does not tell. */
  readonly bootId: string;
}

/** `undefined` when no such process runs; one that has ended and was not yet waited for (a zombie) does not run. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const bootId = readProc('sys/kernel/random/boot_id')?.trim() ?? '';
  const stat = readProc(`${pid}/stat`);
  if (stat !== undefined) return isOver(stat) ? undefined : { pid, startTime: startTimeOf(stat), bootId };
  return doesExist(pid) ? { pid, startTime: '', bootId } : undefined;
}

export function isProcessAlive(identity: ProcessIdentity): boolean {
  const now = identifyProcess(identity.pid);
  if (now === undefined || now.bootId !== identity.bootId) return false;
  // A process whose /proc entry is hidden from us can't be told from its successor: it is taken for itself.
  return now.startTime === '' || now.startTime === identity.startTime;
}

function isOver(stat: string): boolean {
  const [state] = fieldsOf(stat);
  return state === 'Z' || state === 'X' || state === 'x';
}

/** Field 22 of proc_pid_stat(5). */
function startTimeOf(stat: string): string {
  return fieldsOf(stat)[19] ?? '';
}

/** From the third field, the state, on; the second is the program's name, which may hold spaces and parentheses. */
function fieldsOf(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function readProc(name: string): string | undefined {
  try {
    return readFileSync(`/proc/${name}`, 'latin1');
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

function doesExist(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}
