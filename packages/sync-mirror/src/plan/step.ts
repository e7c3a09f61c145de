import type { Conflict, Problem, RelPath, SyncDirection } from '@clamshell/core';

import type { BaseTree } from '../base/base.ts';
import type { Entry, MovableEntry, Scan, Side } from '../tree/entry.ts';

/** `entry` is to stand at `path` on side `to`, in place of what that side showed when it was scanned. */
export interface Put {
  readonly kind: 'put';
  readonly to: Side;
  readonly path: RelPath;
  readonly entry: MovableEntry;
  readonly over: MovableEntry | undefined;
  /** `over` lost a conflict: it is kept for a person to look at. */
  readonly isConflict: boolean;
}

export interface Remove {
  readonly kind: 'remove';
  readonly to: Side;
  readonly path: RelPath;
  readonly over: MovableEntry;
  readonly isConflict: boolean;
}

export type Step = Put | Remove;

export interface ReconcileInput {
  /** Empty where there is no base that speaks of this sandbox: then nothing is ever removed. */
  readonly base: BaseTree;
  readonly host: Scan;
  readonly sandbox: Scan;
  /** Which side stays in place in a conflict. */
  readonly winner: Side;
  readonly direction: SyncDirection;
}

/** What a sync has to do. Only valid as a whole once `wanted` is empty. */
export interface Reconciliation {
  /** In byte order of their paths, parents first; removals are to be made in the reverse order. */
  readonly steps: readonly Step[];
  /** Paths that need no step and whose base is what both sides hold now: the same, or nothing. */
  readonly settled: ReadonlyMap<RelPath, 'agreed' | 'gone'>;
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
