import type { SandboxId } from '../naming/sandbox-name.ts';
import type { RelPath } from '../paths/paths.ts';
import type { CallOptions, PhaseTiming } from './call-options.ts';
import type { ShellRunner } from './shell-runner.ts';

/** The sandbox's half of a mirror. */
export interface MirrorPeer {
  readonly id: SandboxId;
  readonly shell: ShellRunner;
}

/** `both` merges; `push` and `pull` are the same merge with the other direction withheld. */
export type SyncDirection = 'both' | 'push' | 'pull';

export interface SyncOptions extends CallOptions {
  readonly direction?: SyncDirection | undefined;
}

/** Why nothing was changed and a person has to say how to go on. */
export type HaltReason =
  | 'sandbox-root-missing'
  | 'sandbox-root-emptied'
  | 'sandbox-root-not-a-directory'
  | 'sandbox-shrunk'
  | 'host-root-missing'
  | 'host-root-emptied'
  | 'host-shrunk';

/** A path that could not be moved this time; it keeps its base and is tried again by the next sync. */
export interface Problem {
  readonly path: RelPath;
  readonly reason: string;
}

/** A path changed on both sides. `kept` stayed in place; the other version lies in the undo store. */
export interface Conflict {
  readonly path: RelPath;
  readonly kept: 'host' | 'sandbox';
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
  readonly on: 'host' | 'sandbox';
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
}
