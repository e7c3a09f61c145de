import { move, type Transition, type Word } from '../events.ts';
import type { HaltReason } from '../../ports/workspace-mirror.ts';
import type { LossHalt, SessionHalt, SessionState } from '../state.ts';
import { restage } from './runs.ts';

/** A run whose first sync halted never starts; one whose last sync halted stays open, and its work owed. */
export function onSyncHalted(state: SessionState, reason: HaltReason): Transition {
  if (state.position.at !== 'syncing') return { state };
  const runs = restage(state.runs, { preparing: undefined, finishing: 'ended' });
  return move({ ...state, runs }, { at: 'halted', reason, linked: true });
}

/**
 * Only a person's word leads on. What the mirror halted at goes on with another sync, which carries the side to believe;
 * what is out of reach for ever only by giving it up, durably.
 */
export function onAnswered(state: SessionState, word: Word): Transition {
  const { position } = state;
  if (position.at !== 'halted') return { state };
  const { reason, linked } = position;
  if (word !== 'discard') return move(state, { at: linked ? 'ready' : 'idle' });
  return isLoss(reason) ? move(state, { at: 'discarding', reason }, { do: 'discard' }) : { state };
}

export function isLoss(reason: SessionHalt): reason is LossHalt {
  return reason === 'sandbox-lost' || reason === 'sandbox-failed';
}
