import type { Conflict, Problem, RelPath } from '@clamshell/core';

import { indexChildren, type Children } from '../tree/children.ts';
import type { Entry, Side } from '../tree/entry.ts';
import type { Trio } from './leaf.ts';
import type { ReconcileInput, Step } from './step.ts';
import { fingerprintOf } from './withhold.ts';

/** Whether something is left at a path, on each side, once the plan is carried out. */
export type Remains = Readonly<Record<Side, boolean>>;

/** One walk over the union of base and both sides, and what it found so far. */
export interface Walk {
  readonly input: ReconcileInput;
  readonly children: Children;
  readonly steps: Step[];
  readonly settled: Map<RelPath, 'agreed' | 'gone'>;
  readonly problems: Problem[];
  readonly conflicts: Conflict[];
  readonly withheld: Map<RelPath, string>;
  readonly wanted: Readonly<Record<Side, Set<RelPath>>>;
}

export function beginWalk(input: ReconcileInput): Walk {
  return {
    input,
    children: indexChildren([input.base.keys(), input.host.tree.keys(), input.sandbox.tree.keys()]),
    steps: [],
    settled: new Map(),
    problems: [],
    conflicts: [],
    withheld: new Map(),
    wanted: { host: new Set(), sandbox: new Set() },
  };
}

export function trioAt({ input }: Walk, path: RelPath): Trio {
  return {
    base: input.base.get(path),
    host: input.host.tree.get(path),
    sandbox: input.sandbox.tree.get(path),
  };
}

/** The path and all below it stay as they are, and so does its base. */
export function leave({ host, sandbox }: Trio): Remains {
  return { host: host !== undefined, sandbox: sandbox !== undefined };
}

export function noteProblem(walk: Walk, path: RelPath, reason: string): void {
  walk.problems.push({ path, reason });
}

export function noteWithheld(walk: Walk, path: RelPath, entry: Entry | undefined): void {
  walk.withheld.set(path, fingerprintOf(entry));
}

export const CHANGED_ON_BOTH = 'changed on both sides';
