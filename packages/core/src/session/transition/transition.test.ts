import { expect, test } from 'vitest';

import {
  initialState,
  type RunStage,
  type SessionEffect,
  type SessionEvent,
  type SessionState,
  transition,
} from '../../index.ts';

interface Given {
  readonly runs?: Readonly<Record<string, RunStage>>;
}

const at = (position: SessionState['position'], { runs = {} }: Given = {}): SessionState => ({
  ...initialState(['both']),
  position,
  runs: new Map(Object.entries(runs)),
});
const seen = (
  phase: Extract<SessionEvent, { type: 'observed' }>['phase'],
  extra: object = {},
): SessionEvent => ({
  type: 'observed',
  phase,
  whose: 'ours',
  owed: false,
  ...extra,
});

test.each<[string, SessionState, SessionEvent, SessionState['position'], SessionEffect['do'] | undefined]>([
  ['wanted', initialState(['both']), { type: 'wanted' }, { at: 'inspecting' }, 'inspect'],
  ['wanted again after a failure', at({ at: 'failed' }), { type: 'wanted' }, { at: 'inspecting' }, 'inspect'],
  [
    'nothing there',
    at({ at: 'inspecting' }),
    seen('absent'),
    { at: 'provisioning', created: true },
    'create',
  ],
  ['ready', at({ at: 'inspecting' }), seen('ready'), { at: 'connecting', created: false }, 'connect'],
  [
    'made and ready',
    at({ at: 'provisioning', created: true }),
    seen('ready'),
    { at: 'connecting', created: true },
    'connect',
  ],
  ['stopped', at({ at: 'inspecting' }), seen('stopped'), { at: 'provisioning', created: false }, 'start'],
  [
    'broken',
    at({ at: 'inspecting' }),
    seen('error'),
    { at: 'provisioning', created: false },
    'remove-broken',
  ],
  [
    'broken at once',
    at({ at: 'provisioning', created: true }),
    seen('error'),
    { at: 'failed', reason: 'broken' },
    undefined,
  ],
  [
    'another’s broken',
    at({ at: 'inspecting' }),
    seen('error', { whose: 'replaced' }),
    { at: 'failed', reason: 'broken' },
    undefined,
  ],
  [
    'foreign',
    at({ at: 'inspecting' }),
    seen('ready', { whose: 'foreign' }),
    { at: 'failed', reason: 'foreign' },
    undefined,
  ],
  [
    'replaced, owing nothing',
    at({ at: 'inspecting' }),
    seen('ready', { whose: 'replaced' }),
    { at: 'connecting', created: false },
    'connect',
  ],
  [
    'lost',
    at({ at: 'inspecting' }),
    seen('absent', { owed: true }),
    { at: 'halted', reason: 'sandbox-lost', linked: false },
    undefined,
  ],
  [
    'broken and owing',
    at({ at: 'inspecting' }),
    seen('error', { owed: true }),
    { at: 'halted', reason: 'sandbox-failed', linked: false },
    undefined,
  ],
  [
    'lost under a run',
    at({ at: 'inspecting' }, { runs: { r: 'ended' } }),
    seen('absent'),
    { at: 'halted', reason: 'sandbox-lost', linked: false },
    undefined,
  ],
  [
    'gone before a run',
    at({ at: 'inspecting' }, { runs: { r: 'waiting', p: 'preparing' } }),
    seen('absent'),
    { at: 'provisioning', created: true },
    'create',
  ],
  [
    'coming up',
    at({ at: 'provisioning', created: true }),
    seen('starting'),
    { at: 'provisioning', created: true },
    'await-change',
  ],
  [
    'no link yet',
    at({ at: 'connecting', created: true }),
    { type: 'connect-failed' },
    { at: 'provisioning', created: true },
    'await-change',
  ],
  ['linked', at({ at: 'connecting', created: false }), { type: 'connected' }, { at: 'adopting' }, 'adopt'],
  [
    'adopted',
    at({ at: 'adopting' }),
    { type: 'recorded', owed: true, seeded: true },
    { at: 'ready' },
    undefined,
  ],
  [
    'retry over a link',
    at({ at: 'halted', reason: 'host-shrunk', linked: true }),
    { type: 'answered', word: 'retry' },
    { at: 'ready' },
    undefined,
  ],
  [
    'retry without one',
    at({ at: 'halted', reason: 'sandbox-lost', linked: false }),
    { type: 'answered', word: 'retry' },
    { at: 'idle' },
    undefined,
  ],
  [
    'a loss given up',
    at({ at: 'halted', reason: 'sandbox-lost', linked: false }),
    { type: 'answered', word: 'discard' },
    { at: 'discarding', reason: 'sandbox-lost' },
    'discard',
  ],
  [
    'given up on record',
    at({ at: 'discarding', reason: 'sandbox-lost' }),
    { type: 'recorded', owed: false, seeded: false },
    { at: 'idle' },
    undefined,
  ],
  [
    'giving up failed',
    at({ at: 'discarding', reason: 'sandbox-failed' }),
    { type: 'failed' },
    { at: 'halted', reason: 'sandbox-failed', linked: false },
    undefined,
  ],
  [
    'what can be reached is not given up',
    at({ at: 'halted', reason: 'host-shrunk', linked: true }),
    { type: 'answered', word: 'discard' },
    { at: 'halted', reason: 'host-shrunk', linked: true },
    undefined,
  ],
  [
    'the link goes at a halt',
    at({ at: 'halted', reason: 'host-shrunk', linked: true }),
    { type: 'link-lost' },
    { at: 'halted', reason: 'host-shrunk', linked: false },
    undefined,
  ],
  [
    'a failed removal goes back to its halt',
    at({ at: 'removing', step: 'claim', linked: false, halt: 'sandbox-lost' }),
    { type: 'failed' },
    { at: 'halted', reason: 'sandbox-lost', linked: false },
    'unclaim',
  ],
  [
    'or to its link',
    at({ at: 'removing', step: 'remove', linked: true, halt: undefined }),
    { type: 'failed' },
    { at: 'ready' },
    'unclaim',
  ],
  [
    'or to nothing',
    at({ at: 'removing', step: 'remove', linked: false, halt: undefined }),
    { type: 'failed' },
    { at: 'idle' },
    'unclaim',
  ],
  [
    'closed with a run open',
    at({ at: 'ready' }, { runs: { r: 'ended' } }),
    { type: 'close' },
    { at: 'closing', step: 'release' },
    'release',
  ],
  ['closed', at({ at: 'ready' }), { type: 'close' }, { at: 'closing', step: 'dispose' }, 'dispose'],
])('%s', (_rule, state, event, position, effect) => {
  const next = transition('mirror', state, event);
  expect(next.state.position).toEqual(position);
  expect(next.effect?.do).toBe(effect);
});
