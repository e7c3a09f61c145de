import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

export function descendantsOf(pid: number, all = listProcesses()): readonly Process[] {
  const children = all.filter(({ parent }) => parent === pid);
  return children.flatMap((child) => [child, ...descendantsOf(child.pid, all)]);
}

/** Processes to which something below `state` was mounted, so those of its sandboxes; its disk may be one of its own. */
export function confinedTo(state: string): readonly number[] {
  const disk = linesOf('/proc/self/mountinfo').find(([, , , , at]) => at === path.dirname(state));
  const isBelow = ([, , device, root]: readonly string[]) =>
    disk === undefined
      ? root?.includes(`${state}/`) === true
      : device === disk[2] && root?.startsWith(`/${path.basename(state)}/`) === true;
  return listProcesses()
    .map(({ pid }) => pid)
    .filter((pid) => linesOf(`/proc/${pid}/mountinfo`).some(isBelow));
}

export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** Processes of the machine; those that end meanwhile are left out. */
function listProcesses(): readonly Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const status = /^PPid:\s+(?<parent>\d+)/m.exec(readOr(`/proc/${name}/status`));
      const command = readOr(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim();
      return status === null
        ? []
        : [{ pid: Number(name), parent: Number(status.groups?.['parent']), command }];
    });
}

/** Lines of a table of mounts, in words: id, parent, device, root, place. */
function linesOf(file: string): readonly (readonly string[])[] {
  return readOr(file)
    .split('\n')
    .map((line) => line.split(' '));
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
