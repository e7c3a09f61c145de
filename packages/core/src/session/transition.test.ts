import { describe, expect, test } from 'vitest';

import { initialState, type SessionEvent, type SessionState, transition } from '../index.ts';

const PHASES = [
  'absent',
  'provisioning',
  'starting',
  'ready',
  'stopping',
  'stopped',
  'deleting',
  'error',
  'unknown',
] as const;
const RUNS = ['a', 'b', 'c'];

const EVENTS: readonly SessionEvent[] = [
  { type: 'wanted' },
  ...PHASES.flatMap((phase) =>
    [true, false].map((isKnown) => ({ type: 'observed', phase, isKnown }) as const),
  ),
  { type: 'connected' },
  { type: 'sync-wanted' },
  ...RUNS.flatMap((run) => [
    { type: 'run-began', run } as const,
    { type: 'command-ended', run } as const,
    { type: 'synced', run } as const,
  ]),
  { type: 'synced' },
  { type: 'sync-halted', reason: 'sandbox-root-emptied' },
  { type: 'resumed' },
  { type: 'failed' },
  { type: 'link-lost' },
  { type: 'close' },
  { type: 'closed' },
];

const keyOf = (state: SessionState) =>
  JSON.stringify([state.position, [...state.runs].toSorted(([a], [b]) => a.localeCompare(b)), state.owed]);

interface Edge {
  readonly from: SessionState;
  readonly event: SessionEvent;
  readonly to: SessionState;
  readonly effect: ReturnType<typeof transition>['effect'];
}

/** Every state reachable by any events in any order, and every step between them. */
function walk(): { states: Map<string, SessionState>; edges: Edge[] } {
  const states = new Map<string, SessionState>();
  const edges: Edge[] = [];
  const queue = [initialState(false), initialState(true)];
  for (let from = queue.pop(); from !== undefined; from = queue.pop()) {
    if (states.has(keyOf(from))) continue;
    states.set(keyOf(from), from);
    for (const event of EVENTS) {
      const { state: to, effect } = transition(from, event);
      edges.push({ from, event, to, effect });
      queue.push(to);
    }
  }
  return { states, edges };
}

const { states, edges } = walk();

/** Keys of the states from which `isGoal` can be reached. */
function canReach(isGoal: (state: SessionState) => boolean): Set<string> {
  const reached = new Set([...states].filter(([, state]) => isGoal(state)).map(([key]) => key));
  for (let grew = true; grew;) {
    const before = reached.size;
    for (const { from, to } of edges) if (reached.has(keyOf(to))) reached.add(keyOf(from));
    grew = reached.size > before;
  }
  return reached;
}

describe('over every reachable state of up to three overlapping runs', () => {
  test('the walk is not trivially small', () => {
    expect(states.size).toBeGreaterThan(300);
  });

  test('nothing is created over or removed with work that is owed', () => {
    const oneWay = edges.filter(({ effect }) => effect?.do === 'create' || effect?.do === 'remove');
    expect(oneWay.length).toBeGreaterThan(0);
    expect(oneWay.filter(({ from }) => from.owed)).toEqual([]);
  });

  test('no state is stuck: each can close, and each that is not closing can become ready again', () => {
    const closable = canReach(({ position }) => position.at === 'closed');
    const recoverable = canReach(({ position }) => position.at === 'ready');
    for (const [key, { position }] of states) {
      expect(closable).toContain(key);
      if (position.at !== 'closing' && position.at !== 'closed') expect(recoverable).toContain(key);
    }
  });

  test('a halt is left only by a person’s word, a close, or never', () => {
    const left = edges.filter(({ from, to }) => from.position.at === 'halted' && to.position.at !== 'halted');
    expect(new Set(left.map(({ event }) => event.type))).toEqual(new Set(['resumed', 'close']));
  });

  test('a command executes only while it is recorded as owed', () => {
    for (const state of states.values()) {
      if ([...state.runs.values()].some((stage) => stage !== 'preparing')) expect(state.owed).toBe(true);
    }
    const starts = edges.filter(({ event, from, to }) => {
      const run = 'run' in event ? event.run : undefined;
      return run !== undefined && from.runs.get(run) === 'preparing' && to.runs.get(run) === 'executing';
    });
    expect(starts.length).toBeGreaterThan(0);
    for (const { effect } of starts) expect(effect?.do).toBe('record-owed');
  });

  test('what is owed is settled only by a sync', () => {
    const settled = edges.filter(({ from, to }) => from.owed && !to.owed);
    expect(new Set(settled.map(({ event }) => event.type))).toEqual(new Set(['synced']));
  });

  test('a run that executes leaves the set only by its own sync', () => {
    for (const { from, to, event } of edges) {
      for (const [run, stage] of from.runs) {
        if (stage === 'preparing' || to.runs.has(run)) continue;
        expect(event).toEqual({ type: 'synced', run });
      }
    }
  });
});
