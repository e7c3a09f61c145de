import { describe, expect, test } from 'vitest';

import {
  type RunStage,
  type SessionEvent,
  type SessionMode,
  type SessionState,
  type Survey,
  type SyncOrder,
  type SyncStep,
  transition,
} from '../../index.ts';

const ALL: SyncOrder = { direction: 'both', isPartial: false };
const SURVEY: Survey = { over: [], isShared: false, starts: 7, owed: false, seeded: false };

interface Given {
  readonly mode?: SessionMode;
  readonly mounts?: SessionState['mounts'];
  readonly runs?: Readonly<Record<string, RunStage>>;
  readonly owed?: boolean;
  readonly seeded?: boolean;
}

function ready({
  mounts = ['both', 'push', 'both'],
  runs = {},
  owed = false,
  seeded = false,
}: Given): SessionState {
  return { position: { at: 'ready' }, mounts, runs: new Map(Object.entries(runs)), owed, seeded };
}

/** A whole sync from `ready`: its steps, what is recorded, and the state after that. */
function sync(given: Given, order: SyncOrder, survey: Partial<Survey> = {}) {
  const mode = given.mode ?? 'mirror';
  const { owed = false, seeded = false } = given;
  let next = transition(mode, ready(given), { type: 'sync-wanted', order });
  expect(next.effect).toEqual({ do: 'survey' });
  next = transition(mode, next.state, { type: 'surveyed', survey: { ...SURVEY, owed, seeded, ...survey } });
  const steps: SyncStep[] = [];
  while (next.effect?.do === 'sync') {
    steps.push(next.effect.step);
    next = transition(mode, next.state, { type: 'synced', isWhole: true });
  }
  const change = next.effect?.do === 'record' ? next.effect.change : undefined;
  return { steps, change, state: next.state };
}

describe('which mounts a sync moves, and in which direction', () => {
  const merge = [
    { mount: 0, direction: 'both' },
    { mount: 1, direction: 'push' },
    { mount: 2, direction: 'both' },
  ];
  const pushed = merge.map(({ mount }) => ({ mount, direction: 'push' }));
  const pulled = [
    { mount: 0, direction: 'pull' },
    { mount: 2, direction: 'pull' },
  ];
  const flags = (sees: boolean, seeds: boolean) => ({ sees, seeds, starts: 7 });

  test.each<[string, Given, SyncOrder, unknown, object]>([
    ['mirror: a merge', {}, ALL, merge, flags(true, true)],
    ['mirror: a push sees nothing', {}, { ...ALL, direction: 'push' }, pushed, flags(false, true)],
    ['mirror: a pull', {}, { ...ALL, direction: 'pull' }, pulled, flags(true, false)],
    ['remote: a seed is a push', { mode: 'remote' }, ALL, pushed, flags(false, true)],
    [
      'remote: a merge where something is owed before it',
      { mode: 'remote', owed: true },
      ALL,
      merge,
      flags(true, true),
    ],
    [
      'remote: after the seed only pushed mounts',
      { mode: 'remote', seeded: true },
      ALL,
      [merge[1]],
      flags(false, false),
    ],
    [
      'remote: the same while it owes',
      { mode: 'remote', seeded: true, owed: true },
      ALL,
      [merge[1]],
      flags(false, false),
    ],
    [
      'remote: bringing home is a pull',
      { mode: 'remote', seeded: true, owed: true },
      { ...ALL, direction: 'pull' },
      pulled,
      flags(true, false),
    ],
    [
      'some paths: of the first mount that goes both ways',
      { mounts: ['push', 'both', 'both'] },
      { direction: 'both', isPartial: true },
      [{ mount: 1, direction: 'both' }],
      flags(false, false),
    ],
  ])('%s', (_rule, given, order, steps, change) => {
    const synced = sync(given, order);
    expect(synced.steps).toEqual(steps);
    expect(synced.change).toMatchObject(change);
  });

  test('a person’s word goes to every mount', () => {
    const order = { ...ALL, believe: 'host' } as const;
    const { state } = transition('mirror', ready({ mounts: ['both'] }), { type: 'sync-wanted', order });
    const { effect } = transition('mirror', state, { type: 'surveyed', survey: SURVEY });
    expect(effect).toEqual({ do: 'sync', step: { mount: 0, direction: 'both' }, believe: 'host' });
  });

  test('one mount that is not whole, or a run open elsewhere, and nothing counts as seen', () => {
    const mounts = ['both', 'both'] as const;
    const { state } = transition('mirror', ready({ mounts }), { type: 'sync-wanted', order: ALL });
    const surveyed = transition('mirror', state, { type: 'surveyed', survey: SURVEY });
    const first = transition('mirror', surveyed.state, { type: 'synced', isWhole: false });
    const second = transition('mirror', first.state, { type: 'synced', isWhole: true });
    expect(second.effect).toMatchObject({ do: 'record', change: { sees: false } });
    expect(sync({}, ALL, { isShared: true }).change).toMatchObject({ sees: false });
  });
});

describe('runs in a sync', () => {
  const runs = { w: 'waiting', x: 'executing', e: 'ended' } as const;
  const after = (state: SessionState) =>
    Object.fromEntries(
      transition('mirror', state, { type: 'recorded', owed: true, seeded: true }).state.runs,
    );

  test.each<[string, SyncOrder, object, object]>([
    [
      'a merge admits and covers',
      ALL,
      { add: ['w'], drop: ['e', 'dead'] },
      { w: 'executing', x: 'executing' },
    ],
    [
      'a pull only covers',
      { ...ALL, direction: 'pull' },
      { add: [], drop: ['e', 'dead'] },
      { w: 'waiting', x: 'executing' },
    ],
    ['a push does neither', { ...ALL, direction: 'push' }, { add: [], drop: [] }, runs],
    ['nor does one of some paths', { ...ALL, isPartial: true }, { add: [], drop: [] }, runs],
  ])('%s', (_rule, order, change, stages) => {
    const synced = sync({ runs }, order, { over: ['dead'] });
    expect(synced.change).toMatchObject(change);
    expect(after(synced.state)).toEqual(stages);
  });

  test('one of ours whose lease ran out is covered once, by a sync that sees', () => {
    expect(sync({ runs: { x: 'executing' } }, ALL, { over: ['x'] }).change).toMatchObject({ drop: ['x'] });
    const pushed = sync({ runs: { x: 'executing' } }, { ...ALL, direction: 'push' }, { over: ['x'] });
    expect(pushed.state.runs.get('x')).toBe('executing');
    expect(sync({ runs: { w: 'waiting' } }, ALL, { over: ['w'] }).state.runs.get('w')).toBe('preparing');
  });

  test.each<[RunStage, SessionState['position']['at'], RunStage | undefined]>([
    ['waiting', 'ready', undefined],
    ['preparing', 'surveying', undefined],
    ['preparing', 'recording', 'ended'],
    ['executing', 'ready', 'ended'],
    ['ended', 'ready', 'ended'],
    ['finishing', 'recording', 'finishing'],
  ])('one that ends while %s, at %s, is then %s', (stage, at, then) => {
    const state = {
      ...ready({ runs: { r: stage } }),
      position: { at, order: ALL } as SessionState['position'],
    };
    expect(transition('mirror', state, { type: 'run-ended', run: 'r' }).state.runs.get('r')).toBe(then);
  });

  test('one that began before keeps its stage, and an unknown one does not end', () => {
    const state = ready({ runs: { r: 'executing' } });
    expect(transition('mirror', state, { type: 'run-began', run: 'r' }).state).toBe(state);
    expect(transition('mirror', state, { type: 'run-ended', run: 'q' }).state).toBe(state);
    expect(transition('mirror', state, { type: 'run-began', run: 'q' }).state.runs.get('q')).toBe('waiting');
  });

  test('the door opens only where nothing else is under way, and records one entry', () => {
    const opened = transition('mirror', ready({}), { type: 'door-opened', run: 'd' });
    const change = { add: ['d'], drop: [], sees: false, seeds: false, starts: 0 };
    expect(opened.effect).toEqual({ do: 'record', change });
    expect(opened.state.runs.get('d')).toBe('preparing');
    expect(transition('mirror', opened.state, { type: 'door-opened', run: 'e' }).effect).toBeUndefined();
    const known = ready({ runs: { d: 'executing' } });
    expect(transition('mirror', known, { type: 'door-opened', run: 'd' }).state).toBe(known);
  });
});

test.each<[string, Given, object, boolean]>([
  ['nothing owed', {}, { by: 'settled' }, true],
  ['something owed', { owed: true }, { by: 'settled' }, false],
  ['something owed, archived', { owed: true }, { by: 'saved', starts: 1 }, true],
  ['a command runs, archived', { owed: true, runs: { r: 'executing' } }, { by: 'saved', starts: 1 }, false],
  ['a command runs', { runs: { r: 'executing' } }, { by: 'settled' }, false],
  ['a command runs, given up', { owed: true, runs: { r: 'executing' } }, { by: 'discarded' }, true],
])('a removal with %s', (_rule, given, grant, isGranted) => {
  const { state, effect } = transition('mirror', ready(given), {
    type: 'remove-wanted',
    grant,
  } as SessionEvent);
  expect(effect).toEqual(isGranted ? { do: 'claim', grant } : undefined);
  expect(state.position.at).toBe(isGranted ? 'removing' : 'ready');
});
