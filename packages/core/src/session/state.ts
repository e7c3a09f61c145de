import type { SandboxPhase } from '../ports/sandbox-lifecycle.ts';
import type { HaltReason } from '../ports/workspace-mirror.ts';

/** Beside the mirror's reasons: the sandbox that may hold unseen work was replaced, removed or broke. */
export type SessionHalt = HaltReason | 'sandbox-lost' | 'sandbox-failed';

/** Where the session stands. `linked` says whether a live connection is held. */
export type Position =
  | { readonly at: 'idle' | 'inspecting' | 'provisioning' | 'connecting' | 'failed' }
  | { readonly at: 'ready' | 'syncing' }
  | { readonly at: 'halted'; readonly reason: SessionHalt; readonly linked: boolean }
  | { readonly at: 'closing' | 'closed' };

/** A run is `sync → execute → sync`; any number of them execute at once. */
export type RunStage = 'preparing' | 'executing' | 'finishing';

export interface SessionState {
  readonly position: Position;
  readonly runs: ReadonlyMap<string, RunStage>;
  /** The sandbox may hold what no sync has seen. */
  readonly owed: boolean;
}

export type SessionEvent =
  | { readonly type: 'wanted' }
  /** `isKnown` is false when the name now belongs to another sandbox than the recorded one. */
  | { readonly type: 'observed'; readonly phase: SandboxPhase | 'absent'; readonly isKnown: boolean }
  | { readonly type: 'connected' }
  | { readonly type: 'sync-wanted' }
  | { readonly type: 'run-began'; readonly run: string }
  | { readonly type: 'command-ended'; readonly run: string }
  /** The sync that `run` asked for, or one that was asked for alone. */
  | { readonly type: 'synced'; readonly run?: string | undefined }
  | { readonly type: 'sync-halted'; readonly reason: HaltReason }
  /** A person looked and says: go on. */
  | { readonly type: 'resumed' }
  | { readonly type: 'failed' }
  | { readonly type: 'link-lost' }
  | { readonly type: 'close' }
  | { readonly type: 'closed' };

export type SessionEffect =
  | { readonly do: 'inspect' | 'create' | 'start' | 'remove' | 'await-change' | 'connect' | 'dispose' }
  | { readonly do: 'sync'; readonly run?: string | undefined }
  /** Make durable, before the command starts, that `run` may leave work in the sandbox. */
  | { readonly do: 'record-owed'; readonly run: string }
  /** Make durable that a sync has seen everything up to now; `run` is over, if one is named. */
  | { readonly do: 'record-settled'; readonly run?: string | undefined };

export interface Transition {
  readonly state: SessionState;
  readonly effect?: SessionEffect | undefined;
}

/** A session that has done nothing; `owed` is what the last process recorded. */
export function initialState(owed: boolean): SessionState {
  return { position: { at: 'idle' }, runs: new Map(), owed };
}
