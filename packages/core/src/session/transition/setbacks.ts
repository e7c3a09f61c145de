import { assertNever } from '../../errors/invariant.ts';
import { move, type Transition } from '../events.ts';
import type { Position, SessionState } from '../state.ts';
import { restage } from './runs.ts';

/** A step failed: its caller is told, and the same can be asked for again. */
export function onFailed(state: SessionState): Transition {
  const { position } = state;
  switch (position.at) {
    case 'inspecting':
    case 'provisioning':
    case 'connecting':
    case 'adopting':
      return move(state, { at: 'failed' });
    case 'surveying':
    case 'syncing':
    case 'recording':
      return move(withoutSync(state), { at: 'ready' });
    case 'discarding':
      return move(state, { at: 'halted', reason: position.reason, linked: false });
    case 'removing':
      return move(state, beforeRemoval(position), { do: 'unclaim' });
    case 'idle':
    case 'ready':
    case 'halted':
    case 'failed':
    case 'closing':
    case 'closed':
      return { state };
    default:
      return assertNever(position);
  }
}

export function onLinkLost(state: SessionState): Transition {
  const { position } = state;
  switch (position.at) {
    case 'adopting':
    case 'ready':
      return move(state, { at: 'idle' });
    case 'surveying':
    case 'syncing':
    case 'recording':
      return move(withoutSync(state), { at: 'idle' });
    case 'halted':
    case 'removing':
      return { state: { ...state, position: { ...position, linked: false } } };
    case 'idle':
    case 'inspecting':
    case 'provisioning':
    case 'connecting':
    case 'discarding':
    case 'failed':
    case 'closing':
    case 'closed':
      return { state };
    default:
      return assertNever(position);
  }
}

function beforeRemoval({ linked, halt }: Extract<Position, { at: 'removing' }>): Position {
  if (halt !== undefined) return { at: 'halted', reason: halt, linked };
  return { at: linked ? 'ready' : 'idle' };
}

/** The sync did not happen. Whether the record was written can't be known: a run that may be in it is to be covered. */
function withoutSync(state: SessionState): SessionState {
  const preparing = state.position.at === 'recording' ? 'ended' : 'waiting';
  return { ...state, runs: restage(state.runs, { preparing, finishing: 'ended' }) };
}
