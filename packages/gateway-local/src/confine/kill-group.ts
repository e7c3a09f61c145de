import type { ChildProcess } from 'node:child_process';

/** Kills a detached child and all that is still in its process group; nothing where it never began or all are gone. */
export function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
