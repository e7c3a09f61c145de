import { assertNever } from '../errors/invariant.ts';
import type { Position, RunStage, SessionEffect, SessionEvent, SessionState, Transition } from './state.ts';

/**
 * The whole behaviour of a session as one pure function. An event that means nothing where the session stands changes
 * nothing. At most one effect follows an event; its result is the next event.
 */
export function transition(state: SessionState, event: SessionEvent): Transition {
  const { at } = state.position;
  if (at === 'closed') return { state };
  if (at === 'closing') return event.type === 'closed' ? move(state, { at: 'closed' }) : { state };
  switch (event.type) {
    case 'wanted':
      return at === 'idle' || at === 'failed'
        ? move(state, { at: 'inspecting' }, { do: 'inspect' })
        : { state };
    case 'observed':
      return at === 'inspecting' || at === 'provisioning' ? onObserved(state, event) : { state };
    case 'connected':
      return at === 'connecting' ? move(state, { at: 'ready' }) : { state };
    case 'sync-wanted':
    case 'run-began':
    case 'command-ended':
      return at === 'ready' ? onSyncWanted(state, event) : { state };
    case 'synced':
      return at === 'syncing' ? onSynced(state, event.run) : { state };
    case 'sync-halted':
      return at === 'syncing' ? onSyncHalted(state, event.reason) : { state };
    case 'resumed':
      return onResumed(state);
    case 'failed':
      return onFailed(state);
    case 'link-lost':
      return onLinkLost(state);
    case 'close':
      return move(state, { at: 'closing' }, { do: 'dispose' });
    case 'closed':
      return { state };
    default:
      return assertNever(event);
  }
}

function move(state: SessionState, position: Position, effect?: SessionEffect): Transition {
  return { state: { ...state, position }, effect };
}

/** Reuse rules per phase: openshell §4. Nothing is created over, or removed with, work that is owed. */
function onObserved(state: SessionState, event: Extract<SessionEvent, { type: 'observed' }>): Transition {
  const isLost = event.phase === 'absent' || !event.isKnown;
  if (isLost && state.owed) return move(state, { at: 'halted', reason: 'sandbox-lost', linked: false });
  switch (event.phase) {
    case 'absent':
      return move(state, { at: 'provisioning' }, { do: 'create' });
    case 'ready':
      return move(state, { at: 'connecting' }, { do: 'connect' });
    case 'stopped':
      return move(state, { at: 'provisioning' }, { do: 'start' });
    case 'error':
      return state.owed
        ? move(state, { at: 'halted', reason: 'sandbox-failed', linked: false })
        : move(state, { at: 'provisioning' }, { do: 'remove' });
    case 'provisioning':
    case 'starting':
    case 'stopping':
    case 'deleting':
    case 'unknown':
      return move(state, { at: 'provisioning' }, { do: 'await-change' });
    default:
      return assertNever(event.phase);
  }
}

type SyncWanted = Extract<SessionEvent, { type: 'sync-wanted' | 'run-began' | 'command-ended' }>;

function onSyncWanted(state: SessionState, event: SyncWanted): Transition {
  if (event.type === 'sync-wanted') return move(state, { at: 'syncing' }, { do: 'sync' });
  const { run } = event;
  const isLegal = event.type === 'run-began' ? !state.runs.has(run) : state.runs.get(run) === 'executing';
  if (!isLegal) return { state };
  const stage = event.type === 'run-began' ? 'preparing' : 'finishing';
  return move(withRun(state, run, stage), { at: 'syncing' }, { do: 'sync', run });
}

function onSynced(state: SessionState, run: string | undefined): Transition {
  const stage = run === undefined ? undefined : state.runs.get(run);
  if (run !== undefined && stage === 'preparing') {
    const executing = { ...withRun(state, run, 'executing'), owed: true };
    return move(executing, { at: 'ready' }, { do: 'record-owed', run });
  }
  const runs = new Map([...state.runs].filter(([id]) => id !== run));
  // A command that still runs may write at any moment: what it leaves is owed until its own closing sync.
  const owed = [...runs.values()].some((each) => each !== 'preparing');
  return move({ ...state, runs, owed }, { at: 'ready' }, { do: 'record-settled', run });
}

/** A run whose first sync halted never starts; one whose last sync halted stays open, and its work owed. */
function onSyncHalted(
  state: SessionState,
  reason: Extract<SessionEvent, { type: 'sync-halted' }>['reason'],
): Transition {
  return move(withoutStage(state, 'preparing'), { at: 'halted', reason, linked: true });
}

function onResumed(state: SessionState): Transition {
  if (state.position.at !== 'halted') return { state };
  return move(state, state.position.linked ? { at: 'ready' } : { at: 'idle' });
}

/** A failed step: the sync of a run is asked for again by its owner; a failed ensure by the next `wanted`. */
function onFailed(state: SessionState): Transition {
  const { at } = state.position;
  if (at === 'syncing') return move(revertFinishing(withoutStage(state, 'preparing')), { at: 'ready' });
  const isStarting = at === 'inspecting' || at === 'provisioning' || at === 'connecting';
  return isStarting ? move(state, { at: 'failed' }) : { state };
}

function onLinkLost(state: SessionState): Transition {
  const { position } = state;
  if (position.at === 'halted') return move(state, { ...position, linked: false });
  const isLinked = position.at === 'ready' || position.at === 'syncing';
  return isLinked ? move(revertFinishing(withoutStage(state, 'preparing')), { at: 'idle' }) : { state };
}

function withRun(state: SessionState, run: string, stage: RunStage): SessionState {
  return { ...state, runs: new Map(state.runs).set(run, stage) };
}

function withoutStage(state: SessionState, stage: RunStage): SessionState {
  return { ...state, runs: new Map([...state.runs].filter(([, each]) => each !== stage)) };
}

/** The closing sync did not happen: the run waits for another. */
function revertFinishing(state: SessionState): SessionState {
  const runs = [...state.runs].map(
    ([run, stage]) => [run, stage === 'finishing' ? 'executing' : stage] as const,
  );
  return { ...state, runs: new Map(runs) };
}
