import { invariant } from '../../errors/invariant.ts';
import { isClamshellError } from '../../errors/clamshell-error.ts';
import type { SandboxPhase } from '../../ports/sandbox-lifecycle.ts';
import type { SessionEvent } from '../events.ts';
import * as records from '../record-changes.ts';
import { type Grant, initialState, type SyncOrder } from '../state.ts';
import {
  ANSWERS,
  authorOf,
  type Edge,
  land,
  other,
  send,
  type Setting,
  type World,
} from './world.fixture.ts';
import { transition } from './transition.ts';

export interface Scope {
  readonly setting: Setting;
  readonly runs: readonly string[];
  /** Whether another process works in the same sandbox. */
  readonly withOther: boolean;
}

const PHASES: readonly (SandboxPhase | 'absent')[] = ['absent', 'provisioning', 'ready', 'stopped', 'error'];
const ORDERS: readonly SyncOrder[] = [
  { direction: 'both', isPartial: false },
  { direction: 'pull', isPartial: false },
  { direction: 'push', isPartial: false },
  { direction: 'both', isPartial: true },
];

/** Everything that can happen next: to the effect under way, from callers, from a person, and from outside. */
export function edgesOf(scope: Scope, world: World): Edge[] {
  rejectStrays(scope, world);
  return [
    ...answers(scope, world),
    ...calls(scope, world).map((event) => edge(scope, world, event)),
    ...crashes(world),
    ...(scope.withOther ? others(world) : []),
  ];
}

/** An answer that nobody waits for changes nothing. */
function rejectStrays({ setting }: Scope, { state, pending }: World): void {
  for (const event of STRAYS) {
    if (pending !== undefined && ANSWERS[pending.do].includes(event.type)) continue;
    const next = transition(setting.mode, state, event);
    const isSame = next.state === state && next.effect === undefined;
    invariant(isSame, `a stray ${event.type} at ${state.position.at} changes something`);
  }
}

const STRAYS: readonly SessionEvent[] = [
  { type: 'observed', phase: 'absent', whose: 'ours', owed: false },
  { type: 'connected' },
  { type: 'connect-failed' },
  { type: 'recorded', owed: false, seeded: true },
  { type: 'surveyed', survey: { over: [], isShared: false, starts: 0, owed: false, seeded: true } },
  { type: 'synced', isWhole: true },
  { type: 'sync-halted', reason: 'host-shrunk' },
  { type: 'claimed' },
  { type: 'removed' },
  { type: 'forgotten' },
  { type: 'released' },
  { type: 'disposed' },
  { type: 'failed' },
];

function edge({ setting }: Scope, world: World, event: SessionEvent, name: string = event.type): Edge {
  return { name, to: send(setting, world, event) };
}

function answers(scope: Scope, world: World): Edge[] {
  const { pending } = world;
  if (pending === undefined) return [];
  const failed = edge(scope, world, { type: 'failed' }, `${pending.do} failed`);
  const landed = tryLand(world);
  // Refused by the record, or not known to have landed: the answer is a failure either way.
  if (landed === undefined) return [failed];
  const late = edge(scope, landed, { type: 'failed' }, `${pending.do} failed late`);
  return [
    failed,
    ...(landed === world ? [] : [late]),
    ...answered(landed).map(([name, event]) => edge(scope, ...adjust(landed, event), name)),
  ];
}

/** A sandbox that was replaced has another id from the moment on in which this is seen. */
function adjust(world: World, event: SessionEvent): [World, SessionEvent] {
  const isReplaced = event.type === 'observed' && event.whose === 'replaced' && event.phase !== 'absent';
  const sandboxId = world.record?.sandboxId;
  return [isReplaced && sandboxId !== undefined ? { ...world, sandboxId: other(sandboxId) } : world, event];
}

function tryLand(world: World): World | undefined {
  invariant(world.pending !== undefined, 'only an effect lands');
  try {
    return land(world, world.pending);
  } catch (error) {
    if (!isClamshellError(error)) throw error;
    return undefined;
  }
}

function answered(world: World): readonly [string, SessionEvent][] {
  const { pending, record } = world;
  invariant(pending !== undefined, 'only an effect is answered');
  const said = (event: SessionEvent): [string, SessionEvent] => [`${pending.do}: ${event.type}`, event];
  switch (pending.do) {
    case 'inspect':
    case 'create':
    case 'start':
    case 'remove-broken':
    case 'await-change':
      return sights(world).map((event) => [`${pending.do}: ${event.whose} ${event.phase}`, event]);
    case 'connect':
      return [said({ type: 'connected' }), said({ type: 'connect-failed' })];
    case 'adopt':
    case 'record':
    case 'discard':
      return [said({ type: 'recorded', owed: record?.owed ?? false, seeded: record?.seeded ?? false })];
    case 'survey':
      return surveys(world).map(said);
    case 'sync':
      return [
        said({ type: 'synced', isWhole: true }),
        ['sync: synced in part', { type: 'synced', isWhole: false }],
        said({ type: 'sync-halted', reason: 'sandbox-root-emptied' }),
      ];
    case 'claim':
      return [said({ type: 'claimed' })];
    case 'remove':
      return [said({ type: 'removed' })];
    case 'forget':
      return [said({ type: 'forgotten' })];
    case 'unclaim':
      return [];
    case 'release':
      return [said({ type: 'released' })];
    case 'dispose':
      return [said({ type: 'disposed' })];
  }
}

type Sight = Extract<SessionEvent, { type: 'observed' }>;

function sights({ record, sandboxId }: World): Sight[] {
  const isKnown = record === undefined || record.sandboxId === sandboxId;
  return PHASES.flatMap((phase): Sight[] => {
    if (phase === 'absent')
      return [{ type: 'observed', phase, whose: 'ours', owed: records.isOwed(record, true) }];
    const whose =
      record === undefined ? (['ours', 'foreign'] as const) : (['ours', 'replaced', 'foreign'] as const);
    return whose
      .filter((each) => each !== 'ours' || isKnown)
      .map((each) => ({ type: 'observed', phase, whose: each, owed: records.isOwed(record, false) }));
  });
}

/** As the record says, and once more with the lease of a run of our own run out. */
function surveys(world: World): Extract<SessionEvent, { type: 'surveyed' }>[] {
  const survey = records.survey(world.record, authorOf(world), [...world.state.runs.keys()]);
  const [executing] = world.watch.commands;
  const plain = { type: 'surveyed', survey } as const;
  if (executing === undefined || survey.over.includes(executing)) return [plain];
  return [plain, { type: 'surveyed', survey: { ...survey, over: [...survey.over, executing] } }];
}

function calls({ runs }: Scope, { state, record }: World): SessionEvent[] {
  const isKnown = (run: string) => state.runs.has(run) || record?.runs.some(({ id }) => id === run) === true;
  const unknown = runs.find((run) => !isKnown(run));
  const saved: Grant = { by: 'saved', starts: record?.starts ?? 0 };
  const grants: readonly Grant[] = [{ by: 'settled' }, saved, { by: 'discarded' }];
  return [
    { type: 'wanted' },
    ...ORDERS.map((order) => ({ type: 'sync-wanted', order }) as const),
    ...(unknown === undefined ? [] : [{ type: 'run-began', run: unknown } as const]),
    ...(unknown === undefined ? [] : [{ type: 'door-opened', run: unknown } as const]),
    ...[...state.runs.keys()].map((run) => ({ type: 'run-ended', run }) as const),
    ...(['retry', 'take-host', 'take-sandbox', 'discard'] as const).map(
      (word) => ({ type: 'answered', word }) as const,
    ),
    ...grants.map((grant) => ({ type: 'remove-wanted', grant }) as const),
    { type: 'link-lost' },
    { type: 'close' },
  ];
}

/** The process ends, before or after its last effect landed, and another one begins. Or this one opens a new session. */
function crashes(world: World): Edge[] {
  const landed = world.pending === undefined ? undefined : tryLand(world);
  const reborn = ({ record, ...rest }: World): World => ({
    ...rest,
    record: record && { ...record, ...deadRuns(record), ...(record.removing && { removing: 'dead' }) },
    state: initialState(world.state.mounts),
    pending: undefined,
    watch: { ...rest.watch, commands: new Set(), isWrittenSince: false, grant: undefined },
  });
  const again = {
    ...world,
    state: initialState(world.state.mounts),
    watch: { ...world.watch, commands: new Set<string>() },
  };
  return [
    { name: 'crash', to: reborn(world) },
    ...(landed === undefined ? [] : [{ name: 'crash', to: reborn(landed) }]),
    ...(world.state.position.at === 'closed' ? [{ name: 'open again', to: again }] : []),
  ];
}

const OTHER = 'other';

function deadRuns(record: NonNullable<World['record']>) {
  return { runs: record.runs.map((run) => (run.id === OTHER ? run : { ...run, owner: 'dead' })) };
}

/** Another process begins a run, ends it with a merge of everything or of a part, or dies. */
function others(world: World): Edge[] {
  const { record, watch, sandboxId, state } = world;
  if (record?.sandboxId !== sandboxId) return [];
  const author = { ...authorOf(world), owner: 'you' };
  const change = { add: [], drop: [], sees: false, seeds: false, starts: record.starts ?? 0 };
  const apply = (part: object) =>
    records.record(record, author, { change: { ...change, ...part }, leases: new Map() });
  const written = state.mounts.map((direction) => direction === 'both');
  if (!watch.other) {
    const isStarting = record.removing === undefined && !record.runs.some(({ id }) => id === OTHER);
    if (!isStarting) return [];
    const began = { ...watch, other: true, unseen: written, isWrittenSince: true };
    return [{ name: 'other began', to: { ...world, record: apply({ add: [OTHER] }), watch: began } }];
  }
  const seen = watch.commands.size > 0 ? written : written.map(() => false);
  const ended = { ...watch, other: false };
  const gone = {
    ...record,
    runs: record.runs.map((run) => (run.id === OTHER ? { ...run, owner: 'dead' } : run)),
  };
  return [
    {
      name: 'other ended',
      to: { ...world, record: apply({ drop: [OTHER], sees: true }), watch: { ...ended, unseen: seen } },
    },
    { name: 'other ended in part', to: { ...world, record: apply({ drop: [OTHER] }), watch: ended } },
    { name: 'other died', to: { ...world, record: gone, watch: ended } },
  ];
}
