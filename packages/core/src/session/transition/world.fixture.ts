import { assertNever, invariant } from '../../errors/invariant.ts';
import { parseSandboxName, type SandboxId } from '../../naming/sandbox-name.ts';
import type { SessionRecord } from '../../ports/session-store.ts';
import type { SessionEffect, SessionEvent } from '../events.ts';
import * as records from '../record-changes.ts';
import { type Grant, initialState, type SessionMode, type SessionState } from '../state.ts';
import { transition } from './transition.ts';

/** What the session is asked to live with: the machine, the effect it waits for, and what a monitor knows by itself. */
export interface World {
  readonly state: SessionState;
  readonly pending: SessionEffect | undefined;
  readonly record: SessionRecord | undefined;
  /** The sandbox of the name, as far as anybody knows; ids alternate. */
  readonly sandboxId: SandboxId;
  readonly watch: Watch;
}

/** The monitor's own books. It never reads `owed`, neither the machine's nor the record's, to decide. */
export interface Watch {
  /** Commands of this process that may write at any moment. */
  readonly commands: ReadonlySet<string>;
  /** By mount: the sandbox may hold what no merge has seen. A mount that is only pushed never does. */
  readonly unseen: readonly boolean[];
  /** A sync is under way, and something may have been written since it began. */
  readonly isWrittenSince: boolean;
  /** The command of another process runs. */
  readonly other: boolean;
  readonly grant: Grant | undefined;
}

export interface Edge {
  readonly name: string;
  readonly to: World;
}

export interface Setting {
  readonly mode: SessionMode;
  readonly mounts: SessionState['mounts'];
}

const NAME = parseSandboxName('demo');
const A = 'a' as SandboxId;
const B = 'b' as SandboxId;

export function firstWorld({ mounts }: Setting): World {
  const watch = {
    commands: new Set<string>(),
    unseen: mounts.map(() => false),
    isWrittenSince: false,
    other: false,
    grant: undefined,
  };
  return { state: initialState(mounts), pending: undefined, record: undefined, sandboxId: A, watch };
}

/** Sends `event` to the machine and lets the monitor judge what follows. */
export function send(setting: Setting, world: World, event: SessionEvent): World {
  const { state, effect } = transition(setting.mode, world.state, event);
  const isAnswer = world.pending !== undefined && ANSWERS[world.pending.do].includes(event.type);
  if (state === world.state && effect === undefined && !isAnswer) return world;
  const pending = effect ?? (isAnswer || event.type === 'close' ? undefined : world.pending);
  return judge(setting, world, {
    event,
    to: { ...world, state, pending },
    effect,
  });
}

/** Which events answer an effect; `failed` answers each. */
export const ANSWERS: Readonly<Record<SessionEffect['do'], readonly SessionEvent['type'][]>> = {
  inspect: ['observed', 'failed'],
  create: ['observed', 'failed'],
  start: ['observed', 'failed'],
  'remove-broken': ['observed', 'failed'],
  'await-change': ['observed', 'failed'],
  connect: ['connected', 'connect-failed', 'failed'],
  adopt: ['recorded', 'failed'],
  survey: ['surveyed', 'failed'],
  sync: ['synced', 'sync-halted', 'failed'],
  record: ['recorded', 'failed'],
  discard: ['recorded', 'failed'],
  claim: ['claimed', 'failed'],
  remove: ['removed', 'failed'],
  forget: ['forgotten', 'failed'],
  unclaim: ['failed'],
  release: ['released', 'failed'],
  dispose: ['disposed', 'failed'],
};

interface Judged {
  readonly event: SessionEvent;
  readonly to: World;
  readonly effect: SessionEffect | undefined;
}

function judge(setting: Setting, from: World, { event, to, effect }: Judged): World {
  const { watch } = from;
  const isUnseen = watch.unseen.includes(true);
  const isLost = event.type === 'observed' && (event.phase === 'absent' || event.whose === 'replaced');
  if (event.type === 'observed' && event.whose === 'foreign') {
    invariant(effect === undefined, 'nothing is done to a foreign sandbox');
  }
  invariant(
    !(isLost && isUnseen) || effect === undefined,
    'rule 1: a lost sandbox with unseen work is a halt',
  );
  if (effect?.do === 'create' || effect?.do === 'remove-broken') {
    invariant(!isUnseen && watch.commands.size === 0, `rule 1: ${effect.do} over unseen work`);
  }
  if (effect?.do === 'sync' && effect.step.direction === 'push' && !isOrderedPush(to.state)) {
    const isSeed = setting.mounts[effect.step.mount] === 'both';
    invariant(!isSeed || !isUnseen, 'rule 1: a seed over unseen work');
  }
  if (from.state.position.at === 'halted' && to.state.position.at !== 'halted') {
    invariant(WORDS.has(event.type), `rule 3: a halt left by ${event.type}`);
  }
  return { ...to, watch: noteStarts(from, to, noteEvent(from, event, to)) };
}

const WORDS: ReadonlySet<SessionEvent['type']> = new Set(['answered', 'remove-wanted', 'close']);

function isOrderedPush({ position }: SessionState): boolean {
  return position.at === 'syncing' && position.order.direction === 'push';
}

function noteEvent({ watch, pending, state }: World, event: SessionEvent, to: World): Watch {
  if (event.type === 'run-ended') return { ...watch, commands: without(watch.commands, event.run) };
  if (event.type === 'surveyed') {
    // A lease that ran out says that its command is over.
    const commands = new Set([...watch.commands].filter((run) => !event.survey.over.includes(run)));
    return noteSyncBegan({ ...watch, commands }, to);
  }
  if (event.type === 'synced') return noteSyncBegan(event.isWhole ? noteSeen(watch, pending) : watch, to);
  const isGranted = event.type === 'remove-wanted' && state.position.at !== 'removing';
  return isGranted && to.state.position.at === 'removing' ? { ...watch, grant: event.grant } : watch;
}

function noteSyncBegan(watch: Watch, { pending }: World): Watch {
  return pending?.do === 'sync'
    ? { ...watch, isWrittenSince: watch.commands.size > 0 || watch.other }
    : watch;
}

function noteSeen(watch: Watch, pending: SessionEffect | undefined): Watch {
  if (pending?.do !== 'sync' || pending.step.direction === 'push') return watch;
  const { mount } = pending.step;
  return {
    ...watch,
    unseen: watch.unseen.map((was, index) => was && (index !== mount || watch.isWrittenSince)),
  };
}

/** A command may start as soon as the machine says so: from then on it may write. */
function noteStarts(from: World, { state, record, sandboxId }: World, watch: Watch): Watch {
  const started = [...state.runs].flatMap(([run, stage]) =>
    stage === 'executing' && from.state.runs.get(run) !== 'executing' ? [run] : [],
  );
  if (started.length === 0) return watch;
  for (const run of started) {
    const isDurable = record?.owed === true && record.runs.some(({ id }) => id === run);
    invariant(isDurable && record.sandboxId === sandboxId, 'rule 4: a command starts that is not on record');
  }
  invariant(record?.removing === undefined, 'rule 1: a command starts in a sandbox that is being removed');
  const unseen = state.mounts.map((direction) => direction === 'both');
  return { ...watch, commands: new Set([...watch.commands, ...started]), unseen };
}

/** The durable and outer half of an effect: what it does to the record and the sandbox before its answer is known. */
export function land(world: World, effect: SessionEffect): World {
  const { record, watch, state } = world;
  const author = authorOf(world);
  switch (effect.do) {
    case 'adopt':
      return { ...world, record: records.adopt(record, author, false) };
    case 'record': {
      for (const run of effect.change.drop) {
        invariant(!watch.commands.has(run), 'rule 5: a run is settled while its command executes');
      }
      return {
        ...world,
        record: records.record(record, author, { change: effect.change, leases: new Map() }),
      };
    }
    case 'discard': {
      const next = records.discard(record, 0);
      invariant(
        record?.owed !== true || next?.discarded !== undefined,
        'rule 3: a loss that is not recorded',
      );
      return { ...world, record: trim(next), watch: lose(watch) };
    }
    case 'claim': {
      const own = [...state.runs].flatMap(([run, stage]) => (stage === 'ended' ? [run] : []));
      const next = trim(records.claimRemoval(record, author, { grant: effect.grant, own }));
      return { ...world, record: next, watch: effect.grant.by === 'settled' ? watch : lose(watch) };
    }
    case 'unclaim':
      return { ...world, record: records.unclaim(record, 'me') };
    case 'remove':
      return { ...world, sandboxId: other(world.sandboxId), watch: lose(checkRemoval(watch)) };
    case 'create': {
      const sandboxId = other(world.sandboxId);
      return { ...world, sandboxId, record: records.adopt(record, { ...author, sandboxId }, false) };
    }
    case 'remove-broken':
      return { ...world, sandboxId: other(world.sandboxId) };
    case 'forget':
      return { ...world, record: records.forget(record) };
    case 'release':
      return { ...world, record: records.release(record, [...state.runs.keys()], 0) };
    case 'inspect':
    case 'start':
    case 'await-change':
    case 'connect':
    case 'survey':
    case 'sync':
    case 'dispose':
      return world;
    default:
      return assertNever(effect);
  }
}

function checkRemoval(watch: Watch): Watch {
  const { grant, commands, unseen, other: isOtherRunning } = watch;
  if (grant?.by === 'discarded') return watch;
  invariant(commands.size === 0 && !isOtherRunning, 'rule 1: a sandbox is removed under a command');
  invariant(grant?.by === 'saved' || !unseen.includes(true), 'rule 1: a sandbox is removed with unseen work');
  return watch;
}

export function authorOf({ sandboxId }: World): records.RecordAuthor {
  return {
    sandboxName: NAME,
    sandboxId,
    owner: 'me',
    nowMs: 0,
    isOwnerAlive: (owner) => owner !== 'dead',
  };
}

/** By a person's word, or with the sandbox itself. */
function lose(watch: Watch): Watch {
  return { ...watch, commands: new Set(), unseen: watch.unseen.map(() => false), other: false };
}

export function other(id: SandboxId): SandboxId {
  return id === A ? B : A;
}

function without(set: ReadonlySet<string>, item: string): ReadonlySet<string> {
  return new Set([...set].filter((each) => each !== item));
}

/** The list of what was given up grows without end otherwise, and with it the number of worlds. */
function trim(record: SessionRecord | undefined): SessionRecord | undefined {
  return record?.discarded === undefined ? record : { ...record, discarded: record.discarded.slice(-1) };
}
