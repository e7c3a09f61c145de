import type { SandboxId, SandboxName } from '../naming/sandbox-name.ts';

/** A run that has begun and whose closing sync has not been seen to end. */
export interface OpenRun {
  readonly id: string;
  /** Identifies the process that owns it, so that a later one can tell whether it lives. */
  readonly owner: string;
  /** When its owner is taken for gone although its process lives, by the host's clock, in ms since the epoch. */
  readonly leaseUntilMs?: number | undefined;
}

/** What must survive a crash of the host process. */
export interface SessionRecord {
  readonly sandboxName: SandboxName;
  readonly sandboxId: SandboxId;
  /** True from before a command starts until a sync has seen all of it: the sandbox may hold what the host has not. */
  readonly owed: boolean;
  readonly runs: readonly OpenRun[];
  /** How often a run was added to `runs`: who finds another number than it read before its sync must not settle. */
  readonly starts?: number | undefined;
  /** Each mount was pushed once, whole. In remote mode the sandbox is the truth from then on. */
  readonly seeded?: boolean | undefined;
  /** The process that is about to remove this sandbox: no run may begin in it while that one lives. */
  readonly removing?: string | undefined;
  /** What a person gave up for ever, newest last. */
  readonly discarded?: readonly Discarded[] | undefined;
}

/** Work of a sandbox that was given up by a person's word. */
export interface Discarded {
  readonly sandboxId: SandboxId;
  readonly atMs: number;
  readonly runs: readonly string[];
}

/**
 * Session records by key, durable when a call resolves. Calls may overlap, also across processes: `update` reads,
 * applies `change` and writes as one step. Not abortable: each is short. `change` must be pure, since it may be called
 * again. Legal again after any error.
 */
export interface SessionStore {
  /** `undefined` for a key never written. */
  read(key: string): Promise<SessionRecord | undefined>;
  /** Resolves with the new record; `undefined` from `change` removes it. */
  update(
    key: string,
    change: (current: SessionRecord | undefined) => SessionRecord | undefined,
  ): Promise<SessionRecord | undefined>;
}
