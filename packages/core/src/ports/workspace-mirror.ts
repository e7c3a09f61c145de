import type { SandboxId } from '../naming/sandbox-name.ts';
import type { RelPath } from '../paths/paths.ts';
import type { CallOptions, PhaseTiming } from './call-options.ts';
import type { RequestChannel } from './request-channel.ts';
import type { ShellRunner } from './shell-runner.ts';

/** The sandbox's half of a mirror. */
export interface MirrorPeer {
  readonly id: SandboxId;
  readonly shell: ShellRunner;
  /** Used in place of `shell` for short programs where there is one. */
  readonly requests?: RequestChannel | undefined;
}

/** `both` merges; `push` and `pull` are the same merge with the other direction withheld. */
export type SyncDirection = 'both' | 'push' | 'pull';

/** One half of a mirror. */
export type Side = 'host' | 'sandbox';

export interface SyncOptions extends CallOptions {
  readonly direction?: SyncDirection | undefined;
  /** Only these paths and what lies below them; everything when left out. The rest keeps its base. */
  readonly paths?: readonly RelPath[] | undefined;
  /**
   * A person's word after a halt. What is missing on that side was meant to go; what is missing on the other is put
   * back. What goes is kept in the undo store.
   */
  readonly believe?: Side | undefined;
}

/** Why nothing was changed and a person has to say how to go on. */
export type HaltReason =
  | 'sandbox-root-missing'
  | 'sandbox-root-emptied'
  | 'sandbox-root-not-a-directory'
  | 'sandbox-root-other-device'
  | 'sandbox-shrunk'
  | 'host-root-missing'
  | 'host-root-emptied'
  | 'host-root-not-a-directory'
  | 'host-root-other-device'
  | 'host-shrunk'
  | 'undo-store-full';

/** A path that could not be moved this time; it keeps its base and is tried again by the next sync. */
export interface Problem {
  readonly path: RelPath;
  readonly reason: string;
}

/** A path changed on both sides. `kept` stayed in place; the other version lies in the undo store. */
export interface Conflict {
  readonly path: RelPath;
  readonly kept: Side;
}

/** A conflict that no person has resolved yet; its losing version is never pruned. */
export interface OpenConflict extends Conflict {
  /** The sync that found it, as `undoRuns` names it. */
  readonly run: string;
}

export interface Movement {
  readonly files: number;
  readonly removed: number;
  readonly bytes: number;
}

export type SyncOutcome =
  | {
      readonly status: 'done';
      readonly pushed: Movement;
      readonly pulled: Movement;
      readonly problems: readonly Problem[];
      readonly conflicts: readonly Conflict[];
      /** Paths of the sandbox that the protected-path table keeps there, reported when they change. */
      readonly withheld: readonly RelPath[];
      readonly phases: readonly PhaseTiming[];
    }
  | { readonly status: 'halted'; readonly reason: HaltReason; readonly phases: readonly PhaseTiming[] };

export type PlannedChange = 'create' | 'update' | 'remove';

/** One line of a plan: what would happen to `path`, and on which side. */
export interface PlannedAction {
  readonly on: Side;
  readonly change: PlannedChange;
  readonly path: RelPath;
}

export type SyncPlan =
  | {
      readonly status: 'planned';
      readonly actions: readonly PlannedAction[];
      readonly conflicts: readonly Conflict[];
      readonly withheld: readonly RelPath[];
    }
  | { readonly status: 'halted'; readonly reason: HaltReason };

/** What one sync replaced or removed on the host, still to be had. */
export interface UndoRun {
  readonly id: string;
  /** By the host's clock, in milliseconds since the epoch. */
  readonly atMs: number;
  readonly paths: readonly RelPath[];
  readonly bytes: number;
}

/** Content for one path, or its removal. */
export interface PathCommit {
  readonly path: RelPath;
  /** SHA-256 in hex of the content the caller saw; `undefined` where it saw none. */
  readonly expected: string | undefined;
  /** The new content; `undefined` removes the path. */
  readonly content: Uint8Array | undefined;
}

/** `stale`: a side holds something else than `expected`, and nothing was changed. */
export type CommitOutcome =
  | { readonly status: 'committed' }
  | { readonly status: 'stale'; readonly on: Side }
  | { readonly status: 'withheld' };

/**
 * One mount: a host directory and a sandbox directory, with the base both agreed on.
 *
 * Syncs of one mount are serialised, also across processes; a caller waits its turn. An abort leaves every path old or
 * new, never half, and the next sync finishes the work. Syncing twice without edits between moves nothing. After any
 * error another sync is legal, over the same or a new peer.
 */
export interface WorkspaceMirror {
  /** What a sync would do now; changes nothing on either side. */
  plan(peer: MirrorPeer, options?: SyncOptions): Promise<SyncPlan>;
  sync(peer: MirrorPeer, options?: SyncOptions): Promise<SyncOutcome>;
  /** One path on both halves and in the base, without a scan: the host first, then the sandbox. */
  commitPath(peer: MirrorPeer, commit: PathCommit, options?: CallOptions): Promise<CommitOutcome>;
  /** Conflicts that no person has resolved yet, oldest first. */
  conflicts(): Promise<readonly OpenConflict[]>;
  /** A person's choice: `take` becomes the path's content on the host; the next sync carries it on. */
  resolve(conflict: OpenConflict, take: Side, options?: CallOptions): Promise<void>;
  /** What can be undone, newest first. */
  undoRuns(): Promise<readonly UndoRun[]>;
  /** Puts back what one sync replaced or removed on the host; what stands there now goes to the undo store itself. */
  undo(run: string, options?: CallOptions): Promise<Movement>;
  /** Archives the sandbox's half on the host, where it can't be merged. Rejects with LIMIT_EXCEEDED over the budget. */
  save(peer: MirrorPeer, options?: CallOptions): Promise<{ readonly file: string; readonly bytes: number }>;
}
