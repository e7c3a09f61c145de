import { move, type SessionEvent, type Transition } from '../events.ts';
import type { SessionMode, SessionState } from '../state.ts';
import { onAnswered, onSyncHalted } from './halts.ts';
import { onConnected, onConnectFailed, onObserved, onWanted } from './observation.ts';
import { onRecorded } from './recording.ts';
import { onClaimed, onForgotten, onRemoved, onRemoveWanted } from './removal.ts';
import { onDoorOpened, onRunBegan, onRunEnded } from './runs.ts';
import { onFailed, onLinkLost } from './setbacks.ts';
import { onSurveyed, onSynced, onSyncWanted } from './syncing.ts';

/**
 * The whole behaviour of a session as one pure function. An event that means nothing where the session stands changes
 * nothing. At most one effect follows an event; its result is the next event, or `failed`. Events about runs and the
 * link may come between.
 */
export function transition(mode: SessionMode, state: SessionState, event: SessionEvent): Transition {
  const { at } = state.position;
  if (at === 'closing' || at === 'closed') return onClosing(state, event);
  const row = TABLE[event.type] as Row<SessionEvent>;
  return row(state, event, mode);
}

type Row<Event> = (state: SessionState, event: Event, mode: SessionMode) => Transition;

const TABLE: { readonly [Type in SessionEvent['type']]: Row<Extract<SessionEvent, { type: Type }>> } = {
  wanted: onWanted,
  observed: onObserved,
  connected: onConnected,
  'connect-failed': onConnectFailed,
  recorded: onRecorded,
  'sync-wanted': (state, { order }, mode) => onSyncWanted(mode, state, order),
  surveyed: (state, { survey }, mode) => onSurveyed(mode, state, survey),
  synced: (state, { isWhole }, mode) => onSynced(mode, state, isWhole),
  'sync-halted': (state, { reason }) => onSyncHalted(state, reason),
  'run-began': (state, { run }) => onRunBegan(state, run),
  'run-ended': (state, { run }) => onRunEnded(state, run),
  'door-opened': (state, { run }) => onDoorOpened(state, run),
  answered: (state, { word }) => onAnswered(state, word),
  'remove-wanted': (state, { grant }) => onRemoveWanted(state, grant),
  claimed: onClaimed,
  removed: onRemoved,
  forgotten: onForgotten,
  failed: onFailed,
  'link-lost': onLinkLost,
  close: onClose,
  released: (state) => ({ state }),
  disposed: (state) => ({ state }),
};

/** What this session leaves open is for the next one to finish. */
function onClose(state: SessionState): Transition {
  return state.runs.size > 0
    ? move(state, { at: 'closing', step: 'release' }, { do: 'release' })
    : move(state, { at: 'closing', step: 'dispose' }, { do: 'dispose' });
}

/** A step of closing that fails is left behind: each of them is made good by the next session. */
function onClosing(state: SessionState, event: SessionEvent): Transition {
  const { position } = state;
  if (position.at !== 'closing') return { state };
  const isOver = event.type === 'failed' || event.type === DONE[position.step];
  if (!isOver) return { state };
  return position.step === 'release'
    ? move(state, { at: 'closing', step: 'dispose' }, { do: 'dispose' })
    : move(state, { at: 'closed' });
}

const DONE = { release: 'released', dispose: 'disposed' } as const;
