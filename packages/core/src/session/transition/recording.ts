import { move, type SessionEvent, type Transition } from '../events.ts';
import type { SessionState } from '../state.ts';
import { restage } from './runs.ts';

/** The record says so durably: runs that were added may start, and covered ones are over. */
export function onRecorded(
  before: SessionState,
  { owed, seeded }: Extract<SessionEvent, { type: 'recorded' }>,
): Transition {
  const state = { ...before, owed, seeded };
  const { at } = before.position;
  if (at === 'adopting') return move(state, { at: 'ready' });
  if (at === 'discarding') return move({ ...state, runs: new Map() }, { at: 'idle' });
  if (at !== 'recording') return { state: before };
  const runs = restage(state.runs, { preparing: 'executing', finishing: undefined });
  return move({ ...state, runs }, { at: 'ready' });
}
