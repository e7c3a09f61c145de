import { move, type Transition } from '../events.ts';
import type { RunStage, SessionState } from '../state.ts';

export function onRunBegan(state: SessionState, run: string): Transition {
  return { state: state.runs.has(run) ? state : { ...state, runs: new Map(state.runs).set(run, 'waiting') } };
}

/** What may be in the record already must be covered by a sync, also if its command never started. */
export function onRunEnded(state: SessionState, run: string): Transition {
  const stage = state.runs.get(run);
  const isRecorded = stage === 'executing' || (stage === 'preparing' && state.position.at === 'recording');
  if (isRecorded) return { state: withStage(state, run, 'ended') };
  const isStarting = stage === 'waiting' || stage === 'preparing';
  return { state: isStarting ? withStage(state, run, undefined) : state };
}

export function onDoorOpened(state: SessionState, run: string): Transition {
  if (state.position.at !== 'ready' || state.runs.has(run)) return { state };
  const change = { add: [run], drop: [], sees: false, seeds: false, starts: 0 };
  return move(withStage(state, run, 'preparing'), { at: 'recording' }, { do: 'record', change });
}

/** Runs at the stages named get the stage given; `undefined` ends them. */
export function restage(
  runs: SessionState['runs'],
  changes: { readonly [Stage in RunStage]?: RunStage | undefined },
): SessionState['runs'] {
  const next = new Map<string, RunStage>();
  for (const [run, stage] of runs) {
    const changed = stage in changes ? changes[stage] : stage;
    if (changed !== undefined) next.set(run, changed);
  }
  return next;
}

export function runsAt({ runs }: SessionState, wanted: RunStage): readonly string[] {
  return [...runs].flatMap(([run, stage]) => (stage === wanted ? [run] : []));
}

/** Whether a run of this session may have left something in the sandbox that no sync has covered. */
export function isAnyRecorded({ runs }: SessionState): boolean {
  return [...runs.values()].some((stage) => stage !== 'waiting' && stage !== 'preparing');
}

function withStage(state: SessionState, run: string, stage: RunStage | undefined): SessionState {
  const runs = new Map(state.runs);
  if (stage === undefined) runs.delete(run);
  else runs.set(run, stage);
  return { ...state, runs };
}
