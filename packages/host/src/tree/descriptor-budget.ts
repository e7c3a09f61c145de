import { readFileSync } from 'node:fs';

const MAX_OPEN_DIRECTORIES = 128;

/** How many directories one tree may hold open: 128, or a quarter of what the process may open where that is less. */
export function descriptorBudget(): number {
  return Math.min(MAX_OPEN_DIRECTORIES, Math.floor(readLimit() / 4));
}

/** The soft limit on open files; unlimited where the system doesn't tell. */
function readLimit(): number {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? [];
    return soft === undefined ? Infinity : Number(soft);
  } catch {
    return Infinity;
  }
}
