import { move, type Transition } from '../events.ts';
import { type Grant, initialState, type SessionState } from '../state.ts';
import { runsAt } from './runs.ts';

/** The claim checks the same against the record, where other processes count too. */
export function onRemoveWanted(state: SessionState, grant: Grant): Transition {
  const { position } = state;
  const { at } = position;
  if (at !== 'ready' && at !== 'idle' && at !== 'failed' && at !== 'halted') return { state };
  if (!isGranted(state, grant)) return { state };
  const linked = at === 'ready' || (at === 'halted' && position.linked);
  const halt = at === 'halted' ? position.reason : undefined;
  return move(state, { at: 'removing', step: 'claim', linked, halt }, { do: 'claim', grant });
}

function isGranted(state: SessionState, grant: Grant): boolean {
  if (grant.by === 'discarded') return true;
  if (runsAt(state, 'executing').length > 0) return false;
  return grant.by === 'saved' || !state.owed;
}

export function onClaimed(state: SessionState): Transition {
  const { position } = state;
  if (position.at !== 'removing' || position.step !== 'claim') return { state };
  return move(state, { ...position, step: 'remove' }, { do: 'remove' });
}

export function onRemoved(state: SessionState): Transition {
  const { position } = state;
  if (position.at !== 'removing' || position.step !== 'remove') return { state };
  return move(state, { ...position, step: 'forget' }, { do: 'forget' });
}

/** As if nothing had ever been; a command that still ran is over and lost, as the grant said. */
export function onForgotten(state: SessionState): Transition {
  const { position } = state;
  if (position.at !== 'removing' || position.step !== 'forget') return { state };
  return { state: initialState(state.mounts) };
}
