import type { Mount } from '../ports/mount.ts';
import type { HaltReason, Side, SyncDirection } from '../ports/workspace-mirror.ts';

/** `mirror`: both halves are kept in step around every run. `remote`: seeded once, then the sandbox is the truth. */
export type SessionMode = 'mirror' | 'remote';

/** Beside the mirror's reasons: the sandbox that may hold unseen work was replaced, removed or broke. */
export type SessionHalt = HaltReason | LossHalt;
export type LossHalt = 'sandbox-lost' | 'sandbox-failed';

/** What a caller asks of one sync of all mounts. */
export interface SyncOrder {
  readonly direction: SyncDirection;
  /** Only some paths: nothing is settled by it. */
  readonly isPartial: boolean;
  /** A person's word after a halt. */
  readonly believe?: Side | undefined;
}

/** One mount's part of a sync, by its place in `SessionState.mounts`. */
export interface SyncStep {
  readonly mount: number;
  readonly direction: SyncDirection;
}

/** What the record said right before a sync began. */
export interface Survey {
  /** Recorded runs whose owner is gone or whose lease ran out: this sync is the last they get. */
  readonly over: readonly string[];
  /** A run of another session was open: whether all of it was seen is for the sync that ends it to say. */
  readonly isShared: boolean;
  readonly starts: number;
  readonly owed: boolean;
  readonly seeded: boolean;
}

/** What is made durable at the end of a sync, or before a change that needs none. */
export interface RecordChange {
  /** Runs that are about to start. */
  readonly add: readonly string[];
  /** Runs that are over and covered. */
  readonly drop: readonly string[];
  /** Everything that the sandbox held at the survey was seen: what was owed then is owed no more. */
  readonly sees: boolean;
  readonly seeds: boolean;
  readonly starts: number;
}

/**
 * Why a sandbox may be removed: nothing is owed; its workspace was archived, when the record counted `starts`; a person
 * gave up what it holds.
 */
export type Grant =
  { readonly by: 'settled' | 'discarded' } | { readonly by: 'saved'; readonly starts: number };

/** Where the session stands: one thing at a time, beside the commands. `linked` says whether a live link is held. */
export type Position =
  | { readonly at: 'idle' | 'inspecting' | 'adopting' | 'ready' | 'closed' }
  /** `created`: in this attempt already, so that a sandbox that breaks at once is not created over and over. */
  | { readonly at: 'provisioning' | 'connecting'; readonly created: boolean }
  | { readonly at: 'failed'; readonly reason?: 'foreign' | 'broken' | undefined }
  | { readonly at: 'surveying'; readonly order: SyncOrder }
  | {
      readonly at: 'syncing';
      readonly order: SyncOrder;
      readonly survey: Survey;
      /** The step under way first. */
      readonly steps: readonly SyncStep[];
      /** False once a mount left a path where it was. */
      readonly isWhole: boolean;
    }
  | { readonly at: 'recording' }
  | { readonly at: 'halted'; readonly reason: SessionHalt; readonly linked: boolean }
  | { readonly at: 'discarding'; readonly reason: LossHalt }
  /** `halt`: what it goes back to when the removal fails. */
  | {
      readonly at: 'removing';
      readonly step: 'claim' | 'remove' | 'forget';
      readonly linked: boolean;
      readonly halt: SessionHalt | undefined;
    }
  | { readonly at: 'closing'; readonly step: 'release' | 'dispose' };

/**
 * A run is `sync → execute → sync`; any number of them execute at once. `waiting`: for a sync that begins after it.
 * `preparing`: that sync is under way, or the record of it. `ended`: the command is over, or may never have started; a
 * sync that begins after that covers it. `finishing`: that sync is under way.
 */
export type RunStage = 'waiting' | 'preparing' | 'executing' | 'ended' | 'finishing';

export interface SessionState {
  readonly position: Position;
  readonly mounts: readonly Mount['direction'][];
  readonly runs: ReadonlyMap<string, RunStage>;
  /** The sandbox may hold what the host has not seen; as the record says, and as far as is known here. */
  readonly owed: boolean;
  readonly seeded: boolean;
}

/** A session that has done nothing yet; what is owed and seeded is read with the first look at the sandbox. */
export function initialState(mounts: SessionState['mounts']): SessionState {
  return { position: { at: 'idle' }, mounts, runs: new Map(), owed: false, seeded: false };
}
