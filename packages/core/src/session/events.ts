import type { SandboxPhase } from '../ports/sandbox-lifecycle.ts';
import type { HaltReason, Side } from '../ports/workspace-mirror.ts';
import type { Grant, RecordChange, SessionState, Survey, SyncOrder, SyncStep } from './state.ts';

/** A person's answer to a halt. */
export type Word = 'retry' | 'take-host' | 'take-sandbox' | 'discard';

export type SessionEvent =
  /** Somebody needs the link. */
  | { readonly type: 'wanted' }
  /** `replaced`: the name belongs to another sandbox than the recorded one. `owed` is the record's word. */
  | {
      readonly type: 'observed';
      readonly phase: SandboxPhase | 'absent';
      readonly whose: 'ours' | 'replaced' | 'foreign';
      readonly owed: boolean;
    }
  | { readonly type: 'connected' }
  /** It may come up yet: look at the sandbox again. */
  | { readonly type: 'connect-failed' }
  /** What the record says after the change that the last effect made. */
  | { readonly type: 'recorded'; readonly owed: boolean; readonly seeded: boolean }
  | { readonly type: 'sync-wanted'; readonly order: SyncOrder }
  | { readonly type: 'surveyed'; readonly survey: Survey }
  /** One mount is in step; `isWhole` unless it left paths where they were. */
  | { readonly type: 'synced'; readonly isWhole: boolean }
  | { readonly type: 'sync-halted'; readonly reason: HaltReason }
  | { readonly type: 'run-began'; readonly run: string }
  /** Its command is over, or will never start. */
  | { readonly type: 'run-ended'; readonly run: string }
  /** Single changes without a sync of their own: a run that needs no first sync. */
  | { readonly type: 'door-opened'; readonly run: string }
  | { readonly type: 'answered'; readonly word: Word }
  | { readonly type: 'remove-wanted'; readonly grant: Grant }
  | { readonly type: 'claimed' | 'removed' | 'forgotten' }
  | { readonly type: 'failed' | 'link-lost' }
  | { readonly type: 'close' | 'released' | 'disposed' };

export type SessionEffect =
  | { readonly do: 'inspect' | 'create' | 'start' | 'remove-broken' | 'await-change' | 'connect' }
  /** Make durable which sandbox this session works in. */
  | { readonly do: 'adopt' }
  | { readonly do: 'survey' }
  | { readonly do: 'sync'; readonly step: SyncStep; readonly believe?: Side | undefined }
  | { readonly do: 'record'; readonly change: RecordChange }
  /** Make durable what a person gives up. */
  | { readonly do: 'discard' }
  /** Make durable that the sandbox is about to go, so that no other process begins a run in it. */
  | { readonly do: 'claim'; readonly grant: Grant }
  | { readonly do: 'remove' }
  | { readonly do: 'forget' }
  | { readonly do: 'unclaim' }
  /** Let the next session finish the runs of this one. */
  | { readonly do: 'release' }
  | { readonly do: 'dispose' };

export interface Transition {
  readonly state: SessionState;
  readonly effect?: SessionEffect | undefined;
}

/** Moves to `position`, and asks for `effect`. */
export function move(
  state: SessionState,
  position: SessionState['position'],
  effect?: SessionEffect,
): Transition {
  return { state: { ...state, position }, effect };
}
