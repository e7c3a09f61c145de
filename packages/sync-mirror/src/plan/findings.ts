import type { Conflict, Problem, RelPath } from '@clamshell/core';

import type { GitDirs } from '../git/git-dirs.ts';
import { isIndex } from '../git/git-paths.ts';
import type { Children } from '../tree/children.ts';
import type { Entry, Side } from '../tree/entry.ts';
import type { Trio } from './leaf.ts';
import type { ReconcileInput, Settled, Step } from './step.ts';
import { fingerprintOf } from './fingerprint.ts';

/** Whether something is left at a path, on each side, once the plan is carried out. */
export type Remains = Readonly<Record<Side, boolean>>;

/**
 * What becomes of HEAD, refs, index and logs of one git directory, together. `apart`: one side changed at most, and each
 * path follows by itself. `leave`: nothing moves this time. A side: both changed, and that one stays.
 */
export interface GitUnit {
  readonly verdict: 'apart' | 'leave' | Side;
  /** Refs left their files for one that holds many, or came from it: where HEAD does not go apart, neither do they. */
  readonly isPacked: boolean;
  /** The host removed the repository: its objects go too. */
  readonly isRemoved: boolean;
}

/** One walk over the union of base and both sides, and what it found so far. */
export interface Walk {
  readonly input: ReconcileInput;
  readonly children: Children;
  readonly git: GitDirs;
  readonly units: ReadonlyMap<RelPath | undefined, GitUnit>;
  readonly steps: Step[];
  readonly settled: Map<RelPath, Settled>;
  readonly problems: Problem[];
  readonly conflicts: Conflict[];
  readonly withheld: Map<RelPath, string>;
  readonly wanted: Readonly<Record<Side, Set<RelPath>>>;
}

export function trioAt({ input }: Walk, path: RelPath): Trio {
  return {
    base: input.base.get(path),
    host: input.host.tree.get(path),
    sandbox: input.sandbox.tree.get(path),
    isLoose: isIndex(path),
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
