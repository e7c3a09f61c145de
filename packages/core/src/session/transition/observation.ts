import { assertNever } from '../../errors/invariant.ts';
import { move, type SessionEvent, type Transition } from '../events.ts';
import type { LossHalt, SessionState } from '../state.ts';
import { isAnyRecorded } from './runs.ts';

export function onWanted(state: SessionState): Transition {
  const { at } = state.position;
  return at === 'idle' || at === 'failed' ? move(state, { at: 'inspecting' }, { do: 'inspect' }) : { state };
}

type Observed = Extract<SessionEvent, { type: 'observed' }>;

/** Reuse rules per phase: openshell §4. Nothing is created over, or removed with, work that is owed. */
export function onObserved(before: SessionState, event: Observed): Transition {
  const { position } = before;
  if (position.at !== 'inspecting' && position.at !== 'provisioning') return { state: before };
  if (event.whose === 'foreign') return move(before, { at: 'failed', reason: 'foreign' });
  const state = { ...before, owed: event.owed || isAnyRecorded(before) };
  const isReplaced = event.whose === 'replaced';
  if (state.owed && (isReplaced || event.phase === 'absent')) return halt(state, 'sandbox-lost');
  const created = position.at === 'provisioning' && position.created;
  switch (event.phase) {
    case 'absent':
      return move(state, { at: 'provisioning', created: true }, { do: 'create' });
    case 'ready':
      return move(state, { at: 'connecting', created }, { do: 'connect' });
    case 'stopped':
      return move(state, { at: 'provisioning', created }, { do: 'start' });
    case 'error':
      if (state.owed) return halt(state, 'sandbox-failed');
      return created || isReplaced
        ? move(state, { at: 'failed', reason: 'broken' })
        : move(state, { at: 'provisioning', created }, { do: 'remove-broken' });
    case 'provisioning':
    case 'starting':
    case 'stopping':
    case 'deleting':
    case 'unknown':
      return move(state, { at: 'provisioning', created }, { do: 'await-change' });
    default:
      return assertNever(event.phase);
  }
}

export function onConnected(state: SessionState): Transition {
  return state.position.at === 'connecting' ? move(state, { at: 'adopting' }, { do: 'adopt' }) : { state };
}

/** A gateway that restarts says Ready, then Provisioning, then Ready: openshell §4. */
export function onConnectFailed(state: SessionState): Transition {
  const { position } = state;
  return position.at === 'connecting'
    ? move(state, { ...position, at: 'provisioning' }, { do: 'await-change' })
    : { state };
}

function halt(state: SessionState, reason: LossHalt): Transition {
  return move(state, { at: 'halted', reason, linked: false });
}
