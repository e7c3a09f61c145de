import type { Problem, RelPath } from '@clamshell/core';
import type { HostTree } from '@clamshell/host';

import type { Step } from '../plan/step.ts';
import { isSameStat } from '../tree/read-stable.ts';
import { CHANGED_MEANWHILE } from './set-aside.ts';

export const INCOMPLETE = 'not all of its repository’s changes arrived';

/** Steps that can be made: of a repository whose files did not all arrive, objects only. */
export function readySteps(
  steps: readonly Step[],
  isThere: (step: Step) => boolean,
): { readonly steps: readonly Step[]; readonly problems: readonly Problem[] } {
  const lacking = new Set(steps.filter((step) => !isThere(step)).map(({ git }) => git?.unit));
  const there = steps.filter(isThere);
  const isHeld = ({ git }: Step): boolean => git?.part === 'refs' && lacking.has(git.unit);
  const problems = there.filter(isHeld).map(({ path }) => ({ path, reason: INCOMPLETE }));
  return { steps: there.filter((step) => !isHeld(step)), problems };
}

/** What comes first: see `Step.git`. Removals of refs wait for what takes their place. */
export function isLateRemoval(step: Step, steps: readonly Step[]): boolean {
  if (step.kind !== 'remove' || step.git?.part !== 'refs') return false;
  return !steps.some((other) => other.over?.kind === 'directory' && step.path.startsWith(`${other.path}/`));
}

/** Repositories of which a part was refused while a commit ran: what refers to objects there is not made any more. */
export class RefusedUnits {
  readonly #refused = new Set<string>();
  readonly #checked = new Set<string>();
  readonly #host: HostTree;
  readonly #steps: readonly Step[];

  constructor(host: HostTree, steps: readonly Step[]) {
    this.#host = host;
    this.#steps = steps;
  }

  note({ git }: Step, isMade: boolean): void {
    if (git !== undefined && !isMade) this.#refused.add(git.unit);
  }

  /** Why a step may not be made. Looks at all refs of a repository before the first of them is touched. */
  reasonAgainst({ git }: Step): string | undefined {
    if (git?.part !== 'refs') return undefined;
    if (!this.#checked.has(git.unit)) {
      this.#checked.add(git.unit);
      const own = this.#steps.filter((step) => step.git?.unit === git.unit && step.git.part === 'refs');
      if (!own.every((step) => isAsScanned(this.#host, step))) {
        this.#refused.add(git.unit);
        return CHANGED_MEANWHILE;
      }
    }
    return this.#refused.has(git.unit) ? INCOMPLETE : undefined;
  }
}

function isAsScanned(host: HostTree, { path, over }: { path: RelPath; over: Step['over'] }): boolean {
  const now = host.lstat(path);
  if (over === undefined) return now === undefined || now.kind === 'directory';
  if (over.kind === 'directory') return now?.kind === 'directory';
  return now?.kind === over.kind && isSameStat(now, over.stat);
}
