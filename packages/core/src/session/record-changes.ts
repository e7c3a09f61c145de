import { LifecycleError, SyncError } from '../errors/clamshell-error.ts';
import type { SandboxId, SandboxName } from '../naming/sandbox-name.ts';
import type { OpenRun, SessionRecord } from '../ports/session-store.ts';
import type { Grant, RecordChange, Survey } from './state.ts';

/** How many of a person's words are kept. */
const MAX_DISCARDED = 20;

/** Who changes the record, and of which sandbox. */
export interface RecordAuthor {
  readonly sandboxName: SandboxName;
  readonly sandboxId: SandboxId;
  readonly owner: string;
  readonly nowMs: number;
  readonly isOwnerAlive: (owner: string) => boolean;
}

type Current = SessionRecord | undefined;

/** What is owed of a sandbox, or of its absence: one that was claimed before it went was seen or given up before that. */
export function isOwed(current: Current, isAbsent: boolean): boolean {
  return current?.owed === true && !(isAbsent && current.removing !== undefined);
}

/** The author works in its sandbox from now on. Never over what another one owes, nor while it is being removed. */
export function adopt(current: Current, author: RecordAuthor, isOwnClaim: boolean): SessionRecord {
  const { sandboxName, sandboxId } = author;
  if (current?.sandboxId === sandboxId) {
    const { removing, ...rest } = current;
    if (removing !== undefined && !isOwnClaim && author.isOwnerAlive(removing)) throw beingRemoved(author);
    return rest;
  }
  if (current?.owed === true) throw changed(author);
  const { starts, discarded } = current ?? {};
  return { sandboxName, sandboxId, owed: false, runs: [], ...kept({ starts, discarded }) };
}

export function survey(
  current: Current,
  { nowMs, isOwnerAlive }: Pick<RecordAuthor, 'nowMs' | 'isOwnerAlive'>,
  own: readonly string[],
): Survey {
  const isOver = ({ owner, leaseUntilMs = Infinity }: OpenRun) =>
    leaseUntilMs <= nowMs || !isOwnerAlive(owner);
  const runs = current?.runs ?? [];
  return {
    over: runs.filter(isOver).map(({ id }) => id),
    isShared: runs.some((run) => !isOver(run) && !own.includes(run.id)),
    starts: current?.starts ?? 0,
    owed: current?.owed ?? false,
    seeded: current?.seeded ?? false,
  };
}

/** What a sync proved, and which runs may start. A run that began elsewhere since the survey keeps all of it owed. */
export function record(
  current: Current,
  author: RecordAuthor,
  { change, leases }: { change: RecordChange; leases: ReadonlyMap<string, number> },
): SessionRecord {
  if (current?.sandboxId !== author.sandboxId) throw changed(author);
  if (current.removing !== undefined && change.add.length > 0) throw beingRemoved(author);
  const { add, drop, sees, seeds } = change;
  const begun = add.map((id) => ({ id, owner: author.owner, ...kept({ leaseUntilMs: leases.get(id) }) }));
  const others = current.runs.filter(({ id }) => !drop.includes(id) && !add.includes(id));
  const runs = [...others, ...begun];
  const starts = current.starts ?? 0;
  const isSeen = sees && starts === change.starts;
  return {
    ...current,
    owed: runs.length > 0 || (current.owed && !isSeen),
    runs,
    starts: starts + add.length,
    ...(seeds && { seeded: true }),
  };
}

/** Given up by a person: what the recorded sandbox owes, and every run in it. */
export function discard(current: Current, nowMs: number): Current {
  if (current === undefined || (!current.owed && current.runs.length === 0)) return current;
  const { sandboxId, runs, discarded = [], seeded: _seeded, ...rest } = current;
  const entry = { sandboxId, atMs: nowMs, runs: runs.map(({ id }) => id) };
  return {
    ...rest,
    sandboxId,
    owed: false,
    runs: [],
    discarded: [...discarded, entry].slice(-MAX_DISCARDED),
  };
}

/** No run may begin from now on. Refused while a command runs or something is owed, unless that is granted. */
export function claimRemoval(
  current: Current,
  author: RecordAuthor,
  { grant, own }: { grant: Grant; own: readonly string[] },
): SessionRecord {
  const { sandboxId, owner, nowMs } = author;
  const known = speakingOf(current, author);
  if (known.removing !== undefined && known.removing !== owner && author.isOwnerAlive(known.removing)) {
    throw beingRemoved(author);
  }
  if (grant.by === 'discarded') return { ...known, ...discard(known, nowMs), sandboxId, removing: owner };
  if (known.sandboxId !== sandboxId) throw changed(author);
  const isFree = grant.by === 'saved' ? grant.starts === (known.starts ?? 0) : !known.owed;
  if (survey(known, author, own).isShared || !isFree) throw stillOwed();
  return { ...known, removing: owner };
}

/** A record that owes nothing does not speak against another sandbox that is ours. */
function speakingOf(current: Current, { sandboxName, sandboxId }: RecordAuthor): SessionRecord {
  if (current !== undefined && (current.owed || current.runs.length > 0)) return current;
  return { ...current, sandboxName, sandboxId, owed: false, runs: [] };
}

export function unclaim(current: Current, owner: string): Current {
  if (current?.removing !== owner) return current;
  const { removing: _removing, ...rest } = current;
  return rest;
}

/** The sandbox is gone; what a person gave up stays on record. */
export function forget(current: Current): Current {
  if (current?.discarded === undefined) return undefined;
  const { sandboxName, sandboxId, starts, discarded } = current;
  return { sandboxName, sandboxId, owed: false, runs: [], ...kept({ starts }), discarded };
}

/** Whoever syncs next finishes these runs, although their owner lives on. */
export function release(current: Current, runs: readonly string[], nowMs: number): Current {
  if (current === undefined) return undefined;
  const released = current.runs.map((run) => (runs.includes(run.id) ? { ...run, leaseUntilMs: nowMs } : run));
  return { ...current, runs: released };
}

/** Without the fields that are undefined. */
function kept<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
}

function changed({ sandboxName }: RecordAuthor): LifecycleError {
  return new LifecycleError(
    'SANDBOX_ID_CHANGED',
    `The record of ${sandboxName} speaks of another sandbox by now`,
  );
}

function beingRemoved({ sandboxName }: RecordAuthor): LifecycleError {
  return new LifecycleError('SANDBOX_ID_CHANGED', `Another process is removing the sandbox ${sandboxName}`, {
    hint: 'Try again once it is gone; a new one is created then.',
  });
}

function stillOwed(): SyncError {
  return new SyncError('SYNC_HALTED', 'A command still runs in the sandbox, or left work nobody has seen', {
    hint: 'Wait for it to end, or end it; "clamshell rm --discard" gives up what it holds.',
  });
}
