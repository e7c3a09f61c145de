import { describe, expect, test } from 'vitest';

import {
  initialState,
  type RunStage,
  type SessionEffect,
  type SessionEvent,
  type SessionState,
  type SyncOrder,
  transition,
} from '../../index.ts';

type Position = SessionState['position'];
type Runs = Readonly<Record<string, RunStage>>;

const order: SyncOrder = { direction: 'both', isPartial: false };
const survey = { over: [], isShared: false, starts: 7, owed: true, seeded: false };
const removing = (step: 'claim' | 'remove' | 'forget', linked = true) =>
  ({ at: 'removing', step, linked, halt: undefined }) as const;

/** One of each place where a session may stand. */
const PLACES = {
  idle: { at: 'idle' },
  inspecting: { at: 'inspecting' },
  provisioning: { at: 'provisioning', created: true },
  connecting: { at: 'connecting', created: true },
  adopting: { at: 'adopting' },
  ready: { at: 'ready' },
  failed: { at: 'failed', reason: 'broken' },
  surveying: { at: 'surveying', order },
  syncing: { at: 'syncing', order, survey, steps: [{ mount: 0, direction: 'both' }], isWhole: true },
  recording: { at: 'recording' },
  halted: { at: 'halted', reason: 'host-shrunk', linked: true },
  lost: { at: 'halted', reason: 'sandbox-lost', linked: false },
  discarding: { at: 'discarding', reason: 'sandbox-lost' },
  claiming: removing('claim'),
  removing: removing('remove'),
  forgetting: removing('forget'),
  releasing: { at: 'closing', step: 'release' },
  disposing: { at: 'closing', step: 'dispose' },
  closed: { at: 'closed' },
} as const satisfies Readonly<Record<string, Position>>;
type Place = keyof typeof PLACES;
const NAMES = Object.keys(PLACES) as Place[];
const OPEN = NAMES.filter((name) => !['releasing', 'disposing', 'closed'].includes(name));

const stand = (position: Position, runs: Runs = {}, owed = false): SessionState => ({
  position,
  mounts: ['both', 'push'],
  runs: new Map(Object.entries(runs)),
  owed,
  seeded: false,
});

/** Where each event means something. */
const MEANT: readonly (readonly [SessionEvent, readonly Place[]])[] = [
  [{ type: 'wanted' }, ['idle', 'failed']],
  [{ type: 'observed', phase: 'ready', whose: 'ours', owed: true }, ['inspecting', 'provisioning']],
  [{ type: 'connected' }, ['connecting']],
  [{ type: 'connect-failed' }, ['connecting']],
  [{ type: 'recorded', owed: true, seeded: true }, ['adopting', 'recording', 'discarding']],
  [{ type: 'sync-wanted', order }, ['ready']],
  [{ type: 'surveyed', survey }, ['surveying']],
  [{ type: 'synced', isWhole: true }, ['syncing']],
  [{ type: 'sync-halted', reason: 'host-shrunk' }, ['syncing']],
  [{ type: 'run-began', run: 'new' }, OPEN],
  [{ type: 'run-ended', run: 'none' }, []],
  [{ type: 'door-opened', run: 'door' }, ['ready']],
  [{ type: 'answered', word: 'retry' }, ['halted', 'lost']],
  [{ type: 'answered', word: 'discard' }, ['lost']],
  [{ type: 'remove-wanted', grant: { by: 'settled' } }, ['idle', 'ready', 'failed', 'halted', 'lost']],
  [{ type: 'claimed' }, ['claiming']],
  [{ type: 'removed' }, ['removing']],
  [{ type: 'forgotten' }, ['forgetting']],
  [
    { type: 'failed' },
    NAMES.filter((name) => !['idle', 'ready', 'failed', 'halted', 'lost', 'closed'].includes(name)),
  ],
  [
    { type: 'link-lost' },
    [
      'adopting',
      'ready',
      'surveying',
      'syncing',
      'recording',
      'halted',
      'lost',
      'claiming',
      'removing',
      'forgetting',
    ],
  ],
  [{ type: 'close' }, OPEN],
  [{ type: 'released' }, ['releasing']],
  [{ type: 'disposed' }, ['disposing']],
];

describe.each(MEANT)('%j', (event, places) => {
  test.each(NAMES)(`at %s`, (name) => {
    const state = stand(PLACES[name]);
    const next = transition('mirror', state, event);
    if (places.includes(name)) expect(next.state).not.toBe(state);
    else expect([next.state === state, next.effect]).toEqual([true, undefined]);
  });
});

/** What a step leads to: the whole of it. */
function expectStep(
  from: SessionState,
  event: SessionEvent,
  to: { state: SessionState; effect?: SessionEffect },
): void {
  const { state, effect } = transition('mirror', from, event);
  expect({ state, effect }).toEqual({ effect: undefined, ...to });
}

const EVERY: Runs = { w: 'waiting', p: 'preparing', x: 'executing', e: 'ended', f: 'finishing' };

describe('a sync that does not come to its end', () => {
  test('because it halted: what was to start never does, what was to finish is still to be covered', () =>
    expectStep(
      stand(PLACES.syncing, EVERY),
      { type: 'sync-halted', reason: 'sandbox-shrunk' },
      {
        state: stand(
          { at: 'halted', reason: 'sandbox-shrunk', linked: true },
          { w: 'waiting', x: 'executing', e: 'ended', f: 'ended' },
        ),
      },
    ));

  test.each([
    ['surveying', 'waiting'],
    ['syncing', 'waiting'],
    ['recording', 'ended'],
  ] as const)('because it failed or lost its link at %s: what was to start is %s', (name, started) => {
    const runs = { w: 'waiting', p: started, x: 'executing', e: 'ended', f: 'ended' } as const;
    expectStep(stand(PLACES[name], EVERY), { type: 'failed' }, { state: stand(PLACES.ready, runs) });
    expectStep(stand(PLACES[name], EVERY), { type: 'link-lost' }, { state: stand(PLACES.idle, runs) });
  });
});

test.each(['inspecting', 'provisioning', 'connecting', 'adopting'] as const)(
  'a failure at %s may be tried again',
  (name) =>
    expectStep(stand(PLACES[name], EVERY), { type: 'failed' }, { state: stand({ at: 'failed' }, EVERY) }),
);

test.each(['adopting', 'ready'] as const)('a link lost at %s leaves runs as they are', (name) =>
  expectStep(stand(PLACES[name], EVERY), { type: 'link-lost' }, { state: stand(PLACES.idle, EVERY) }),
);

test('a link lost in a removal is remembered', () =>
  expectStep(stand(removing('remove')), { type: 'link-lost' }, { state: stand(removing('remove', false)) }));

describe('a record that was written', () => {
  const recorded = { type: 'recorded', owed: true, seeded: true } as const;
  const after = (position: Position, runs: Runs) => ({ ...stand(position, runs, true), seeded: true });

  test('lets runs start and finish', () =>
    expectStep(stand(PLACES.recording, EVERY), recorded, {
      state: after(PLACES.ready, { w: 'waiting', p: 'executing', x: 'executing', e: 'ended' }),
    }));
  test('of the sandbox that is worked in leaves runs as they are', () =>
    expectStep(stand(PLACES.adopting, EVERY), recorded, { state: after(PLACES.ready, EVERY) }));
  test('of what is given up ends every run', () =>
    expectStep(stand(PLACES.discarding, EVERY), recorded, { state: after(PLACES.idle, {}) }));
});

describe('a person’s word', () => {
  test.each(['retry', 'take-host', 'take-sandbox'] as const)('%s goes on', (word) => {
    expectStep(stand(PLACES.halted), { type: 'answered', word }, { state: stand(PLACES.ready) });
    expectStep(stand(PLACES.lost), { type: 'answered', word }, { state: stand(PLACES.idle) });
  });
  test.each(['sandbox-lost', 'sandbox-failed'] as const)('gives up what a %s may have held', (reason) =>
    expectStep(
      stand({ at: 'halted', reason, linked: false }),
      { type: 'answered', word: 'discard' },
      {
        state: stand({ at: 'discarding', reason }),
        effect: { do: 'discard' },
      },
    ),
  );
});

describe('a removal', () => {
  const saved = { by: 'saved', starts: 7 } as const;
  const discarded = { by: 'discarded' } as const;
  const settled = { by: 'settled' } as const;

  test.each([
    ['idle', false, undefined],
    ['failed', false, undefined],
    ['ready', true, undefined],
    ['halted', true, 'host-shrunk'],
    ['lost', false, 'sandbox-lost'],
  ] as const)('from %s is claimed first', (name, linked, halt) =>
    expectStep(
      stand(PLACES[name]),
      { type: 'remove-wanted', grant: settled },
      {
        state: stand({ at: 'removing', step: 'claim', linked, halt }),
        effect: { do: 'claim', grant: settled },
      },
    ),
  );

  test.each([
    ['while something is owed', settled, {}, true, false],
    ['once what is owed was saved', saved, {}, true, true],
    ['while a command runs', saved, { x: 'executing' }, false, false],
    ['while a command runs that nothing is owed for', settled, { x: 'executing' }, false, false],
    ['once what is owed was given up', discarded, { x: 'executing' }, true, true],
    ['with a run that ended', saved, { e: 'ended' }, true, true],
  ] as const)('%s', (_when, grant, runs, owed, isGranted) => {
    const { effect } = transition('mirror', stand(PLACES.ready, runs, owed), {
      type: 'remove-wanted',
      grant,
    });
    expect(effect).toEqual(isGranted ? { do: 'claim', grant } : undefined);
  });

  test('goes on step by step, and leaves a session as if nothing had ever been', () => {
    expectStep(
      stand(removing('claim')),
      { type: 'claimed' },
      { state: stand(removing('remove')), effect: { do: 'remove' } },
    );
    expectStep(
      stand(removing('remove')),
      { type: 'removed' },
      { state: stand(removing('forget')), effect: { do: 'forget' } },
    );
    expectStep(
      stand(removing('forget'), EVERY, true),
      { type: 'forgotten' },
      { state: initialState(['both', 'push']) },
    );
  });
});

describe('runs', () => {
  test('begin once, waiting for a sync', () => {
    expectStep(
      stand(PLACES.idle),
      { type: 'run-began', run: 'r' },
      { state: stand(PLACES.idle, { r: 'waiting' }) },
    );
    expectStep(
      stand(PLACES.idle, { r: 'executing' }),
      { type: 'run-began', run: 'r' },
      {
        state: stand(PLACES.idle, { r: 'executing' }),
      },
    );
  });

  test.each<[RunStage, Place, RunStage | undefined]>([
    ['waiting', 'ready', undefined],
    ['waiting', 'recording', undefined],
    ['preparing', 'syncing', undefined],
    ['preparing', 'recording', 'ended'],
    ['executing', 'ready', 'ended'],
    ['ended', 'ready', 'ended'],
    ['finishing', 'syncing', 'finishing'],
  ])('that end when %s, at %s, are then %s', (stage, name, then) =>
    expectStep(
      stand(PLACES[name], { r: stage }),
      { type: 'run-ended', run: 'r' },
      {
        state: stand(PLACES[name], then === undefined ? {} : { r: then }),
      },
    ),
  );

  test('a door is a run without a first sync, opened once', () => {
    const change = { add: ['d'], drop: [], sees: false, seeds: false, starts: 0 };
    expectStep(
      stand(PLACES.ready),
      { type: 'door-opened', run: 'd' },
      {
        state: stand(PLACES.recording, { d: 'preparing' }),
        effect: { do: 'record', change },
      },
    );
    expectStep(
      stand(PLACES.ready, { d: 'ended' }),
      { type: 'door-opened', run: 'd' },
      {
        state: stand(PLACES.ready, { d: 'ended' }),
      },
    );
  });
});

describe('closing', () => {
  const disposing = { state: stand(PLACES.disposing), effect: { do: 'dispose' } } as const;
  test.each<[Place, SessionEvent, { state: SessionState; effect?: SessionEffect }]>([
    ['releasing', { type: 'released' }, disposing],
    ['releasing', { type: 'failed' }, disposing],
    ['releasing', { type: 'disposed' }, { state: stand(PLACES.releasing) }],
    ['disposing', { type: 'disposed' }, { state: stand(PLACES.closed) }],
    ['disposing', { type: 'failed' }, { state: stand(PLACES.closed) }],
    ['disposing', { type: 'released' }, { state: stand(PLACES.disposing) }],
  ])('at %s, %j', (name, event, to) => expectStep(stand(PLACES[name]), event, to));
});
