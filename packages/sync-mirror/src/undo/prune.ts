import { isClamshellError, type RelPath } from '@clamshell/core';
import type { HostTree } from '@clamshell/host';

import { runDirectory } from '../apply/staging.ts';
import { bytesOf, isOpenRun, readRuns, removeRun, type RunRecord } from './run-record.ts';

/** How much of what was replaced or removed is kept on the host. */
export interface UndoBudget {
  readonly maxRuns: number;
  readonly maxBytes: number;
}

/** True where runs whose conflicts nobody has resolved fill the budget alone: nothing more may be replaced. */
export async function isStoreFull(runsDirectory: string, { maxBytes }: UndoBudget): Promise<boolean> {
  const open = (await readRuns(runsDirectory)).filter(isOpenRun);
  return open.reduce((sum, run) => sum + bytesOf(run), 0) > maxBytes;
}

export interface Pruning {
  readonly host: HostTree;
  readonly runsDirectory: string;
  readonly budget: UndoBudget;
  /** The run that has just succeeded; never pruned. */
  readonly latest: string;
}

/** Forgets the oldest runs that are over the budget, but none with an open conflict. */
export async function pruneRuns({ host, runsDirectory, budget, latest }: Pruning): Promise<void> {
  for (const { id } of overBudget(await readRuns(runsDirectory), budget)) {
    if (id === latest || !removeTree(host, runDirectory(id))) continue;
    await removeRun(runsDirectory, id);
  }
}

function overBudget(runs: readonly RunRecord[], { maxRuns, maxBytes }: UndoBudget): readonly RunRecord[] {
  let [count, bytes] = [0, 0];
  return runs.toReversed().filter((run) => {
    count += 1;
    bytes += bytesOf(run);
    return (count > maxRuns || bytes > maxBytes) && !isOpenRun(run);
  });
}

/** False where something in it can’t be removed. Every file’s last name: nothing outside the store is touched. */
function removeTree(host: HostTree, top: RelPath): boolean {
  try {
    if (host.lstat(top)?.kind !== 'directory') return true;
    for (const name of host.list(top)) {
      const path = `${top}/${name}` as RelPath;
      if (host.lstat(path)?.kind === 'directory') removeTree(host, path);
      else host.unlink(path);
    }
    host.removeDirectory(top);
    return true;
  } catch (error) {
    if (!isClamshellError(error)) throw error;
    return false;
  }
}
