import { assertNever } from '../../errors/invariant.ts';
import { move, type Transition } from '../events.ts';
import type { RecordChange, SessionMode, SessionState, Survey, SyncOrder, SyncStep } from '../state.ts';
import { restage, runsAt } from './runs.ts';

/** A sync admits the runs that wait for one, and covers those that ended before it. */
export function onSyncWanted(mode: SessionMode, state: SessionState, order: SyncOrder): Transition {
  if (state.position.at !== 'ready') return { state };
  const { admits, covers } = planSync(mode, state, order);
  const runs = restage(state.runs, {
    ...(admits && { waiting: 'preparing' }),
    ...(covers && { ended: 'finishing' }),
  });
  return move({ ...state, runs }, { at: 'surveying', order }, { do: 'survey' });
}

/** The record is read before the first mount, so that only what was over by then is settled by this sync. */
export function onSurveyed(mode: SessionMode, before: SessionState, survey: Survey): Transition {
  const { position } = before;
  if (position.at !== 'surveying') return { state: before };
  const { owed, seeded } = survey;
  const state = { ...before, owed, seeded };
  const { order } = position;
  const { steps, covers } = planSync(mode, state, order);
  // A run of our own whose lease ran out: nobody will say that it ended.
  const runs = new Map(
    [...state.runs].map(([run, stage]) => {
      const isOver = covers && stage === 'executing' && survey.over.includes(run);
      return [run, isOver ? ('finishing' as const) : stage] as const;
    }),
  );
  return nextStep(mode, { ...state, runs }, { at: 'syncing', order, survey, steps, isWhole: true });
}

export function onSynced(mode: SessionMode, state: SessionState, isWhole: boolean): Transition {
  const { position } = state;
  if (position.at !== 'syncing') return { state };
  const steps = position.steps.slice(1);
  return nextStep(mode, state, { ...position, steps, isWhole: position.isWhole && isWhole });
}

type Syncing = Extract<SessionState['position'], { at: 'syncing' }>;

function nextStep(mode: SessionMode, state: SessionState, position: Syncing): Transition {
  const [step] = position.steps;
  if (step !== undefined) return move(state, position, { do: 'sync', step, believe: position.order.believe });
  return move(state, { at: 'recording' }, { do: 'record', change: changeAfter(mode, state, position) });
}

function changeAfter(mode: SessionMode, state: SessionState, position: Syncing): RecordChange {
  const { order, survey, isWhole } = position;
  const { covers, sees, seeds } = planSync(mode, state, order);
  const over = covers ? survey.over : [];
  const drop = [...new Set([...runsAt(state, 'finishing'), ...over])];
  const add = runsAt(state, 'preparing');
  return { add, drop, sees: sees && isWhole && !survey.isShared, seeds, starts: survey.starts };
}

interface PlannedSync {
  readonly steps: readonly SyncStep[];
  readonly admits: boolean;
  readonly covers: boolean;
  readonly sees: boolean;
  readonly seeds: boolean;
}

/** The mounts in order, each with its direction, and what their being in step will mean. */
function planSync(mode: SessionMode, state: SessionState, order: SyncOrder): PlannedSync {
  if (order.isPartial) return { ...NOTHING, steps: stepsOf(state, 'both', order.direction).slice(0, 1) };
  switch (order.direction) {
    case 'push':
      return { ...NOTHING, steps: [...allPushed(state)], seeds: true };
    case 'pull':
      return { ...NOTHING, steps: stepsOf(state, 'both', 'pull'), covers: true, sees: true };
    case 'both':
      return { ...planMerge(mode, state), admits: true, covers: true };
    default:
      return assertNever(order.direction);
  }
}

const NOTHING = { admits: false, covers: false, sees: false, seeds: false };

/** Remote mode pushes once. Where something is owed before that, a merge takes the seed's place: it goes both ways. */
function planMerge(mode: SessionMode, state: SessionState): Omit<PlannedSync, 'admits' | 'covers'> {
  if (mode === 'remote' && state.seeded) {
    return { steps: stepsOf(state, 'push', 'push'), sees: false, seeds: false };
  }
  if (mode === 'remote' && !state.owed) return { steps: allPushed(state), sees: false, seeds: true };
  const steps = state.mounts.map((direction, mount) => ({ mount, direction }));
  return { steps, sees: true, seeds: true };
}

function allPushed({ mounts }: SessionState): readonly SyncStep[] {
  return mounts.map((_, mount) => ({ mount, direction: 'push' }));
}

function stepsOf(
  { mounts }: SessionState,
  kind: 'both' | 'push',
  direction: SyncStep['direction'],
): readonly SyncStep[] {
  return mounts.flatMap((each, mount) => (each === kind ? [{ mount, direction }] : []));
}
