import type { Conflict, Problem, ProtectGroup, RelPath, SyncDirection } from '@clamshell/core';

import type { BaseTree } from '../base/base.ts';
import type { Entry, MovableEntry, Scan, Side } from '../tree/entry.ts';

/**
 * Of a file in a git directory. What refers to objects is made after them, all of it or nothing, and only where every
 * object arrived.
 */
export interface GitRole {
  /** The git directory’s path, empty for the mount’s root. */
  readonly unit: string;
  readonly part: 'objects' | 'refs';
}

/** `entry` is to stand at `path` on side `to`, in place of what that side showed when it was scanned. */
export interface Put {
  readonly kind: 'put';
  readonly to: Side;
  readonly path: RelPath;
  readonly entry: MovableEntry;
  readonly over: MovableEntry | undefined;
  /** `over` lost a conflict: it is kept for a person to look at. */
  readonly isConflict: boolean;
  readonly git?: GitRole | undefined;
}

export interface Remove {
  readonly kind: 'remove';
  readonly to: Side;
  readonly path: RelPath;
  readonly over: MovableEntry;
  readonly isConflict: boolean;
  readonly git?: GitRole | undefined;
}

export type Step = Put | Remove;

/** `kept`: both hold a file there whose content is not compared. */
export type Settled = 'agreed' | 'gone' | 'kept';

/** What the sandbox changes stays there: rows of core’s table by group, and patterns of the workspace’s owner. */
export interface Protection {
  readonly groups: readonly ProtectGroup[];
  readonly matches: (path: RelPath) => boolean;
}

export interface ReconcileInput {
  /** Empty where there is no base that speaks of this sandbox: then nothing is ever removed. */
  readonly base: BaseTree;
  readonly host: Scan;
  readonly sandbox: Scan;
  /** Which side stays in place in a conflict. */
  readonly winner: Side;
  readonly direction: SyncDirection;
  /** Only these and what lies below them; everything when left out. */
  readonly paths?: readonly RelPath[] | undefined;
  /** All groups and no patterns when left out. */
  readonly protect?: Protection | undefined;
}

/** What a sync has to do. Only valid as a whole once `wanted` is empty. */
export interface Reconciliation {
  /** Parents first, git’s refs after its objects; removals are to be made in the reverse order. */
  readonly steps: readonly Step[];
  /** Paths that need no step and whose base is what both sides hold now: the same, or nothing. */
  readonly settled: ReadonlyMap<RelPath, Settled>;
  readonly problems: readonly Problem[];
  readonly conflicts: readonly Conflict[];
  /** The sandbox's versions that must not reach the host, by fingerprint. */
  readonly withheld: ReadonlyMap<RelPath, string>;
  /** Files whose digest decides; to be computed, put into the scans, and reconciled again. */
  readonly wanted: Readonly<Record<Side, readonly RelPath[]>>;
}

export function isMovable(entry: Entry | undefined): entry is MovableEntry {
  return entry !== undefined && entry.kind !== 'special';
}

export function isAllowed(direction: SyncDirection, to: Side): boolean {
  return direction === 'both' || (direction === 'push') === (to === 'sandbox');
}
