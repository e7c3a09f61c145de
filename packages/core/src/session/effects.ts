import { isClamshellError, LifecycleError } from '../errors/clamshell-error.ts';
import { assertNever, invariant } from '../errors/invariant.ts';
import type { SandboxName } from '../naming/sandbox-name.ts';
import type { Clock, Logger } from '../ports/clock-logger.ts';
import type { Observation, SandboxInfo, SandboxLifecycle } from '../ports/sandbox-lifecycle.ts';
import type { SandboxTransport, TransportConnector } from '../ports/sandbox-transport.ts';
import type { SessionRecord, SessionStore } from '../ports/session-store.ts';
import type { SyncOptions, SyncOutcome, WorkspaceMirror } from '../ports/workspace-mirror.ts';
import type { SessionEffect, SessionEvent, SessionState } from './state.ts';

export interface SessionDeps {
  readonly lifecycle: SandboxLifecycle;
  readonly connector: TransportConnector;
  readonly mirror: WorkspaceMirror;
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Random and unique, for runs. */
  readonly newId: () => string;
  /** Whether the process that `owner` identifies still runs; the run of one that does not is over. */
  readonly isOwnerAlive: (owner: string) => boolean;
}

export interface SessionSpec {
  /** Key of the durable record: one workspace at one gateway. */
  readonly key: string;
  readonly name: SandboxName;
  readonly from?: string | undefined;
  readonly policy?: string | undefined;
  /** Value of the owner label: this installation. A sandbox that carries another is never used. */
  readonly installation: string;
  /** Identifies this process in the record of open runs. */
  readonly owner: string;
  /** How long a sandbox may take to become ready, in milliseconds. */
  readonly readyTimeoutMs: number;
}

/** What the effects hold for the session: the live connection, the sandbox it leads to, and the last sync's outcome. */
export interface SessionLink {
  transport: SandboxTransport | undefined;
  sandbox: SandboxInfo | undefined;
  lastSync: Extract<SyncOutcome, { status: 'done' }> | undefined;
}

export const OWNER_LABEL = 'clamshell.installation';

const POLL_MS = 250;

interface Effects {
  /** Resolves with the event that the effect gave rise to, if any. */
  perform(effect: SessionEffect, state: SessionState, options: SyncOptions): Promise<SessionEvent | undefined>;
  /** Removes the durable record. */
  forget(): Promise<void>;
}

/** Carries out effects through the ports: one small function each. */
export function createEffects(deps: SessionDeps, spec: SessionSpec, link: SessionLink): Effects {
  const lifecycle = createLifecycleEffects(deps, spec, link);
  const records = createRecordEffects(deps, spec, link);
  return {
    async perform(effect, state, options) {
      switch (effect.do) {
        case 'inspect':
        case 'create':
        case 'start':
        case 'remove':
        case 'await-change':
          return lifecycle(effect.do, options);
        case 'connect':
          link.transport = await deps.connector.connect(spec.name, options);
          return { type: 'connected' };
        case 'sync':
          return sync(deps, link, { run: effect.run, options });
        case 'record-owed':
          return records.owed(effect.run);
        case 'record-settled':
          return records.settled(effect.run, state.owed);
        case 'dispose':
          await link.transport?.[Symbol.asyncDispose]();
          link.transport = undefined;
          return { type: 'closed' };
        default:
          return assertNever(effect);
      }
    },
    forget: records.forget,
  };
}

async function sync(
  deps: SessionDeps,
  link: SessionLink,
  { run, options }: { run: string | undefined; options: SyncOptions },
): Promise<SessionEvent> {
  link.lastSync = undefined;
  const { transport, sandbox } = link;
  if (transport === undefined || sandbox === undefined) return { type: 'link-lost' };
  const outcome = await deps.mirror.sync({ id: sandbox.id, shell: transport.shell }, options);
  if (outcome.status === 'halted') return { type: 'sync-halted', reason: outcome.reason };
  link.lastSync = outcome;
  return { type: 'synced', run };
}

type LifecycleStep = 'inspect' | 'create' | 'start' | 'remove' | 'await-change';

function createLifecycleEffects(deps: SessionDeps, spec: SessionSpec, link: SessionLink) {
  const { lifecycle, clock } = deps;
  let waitingSince: number | undefined;

  async function observe(options: SyncOptions, seen?: Observation): Promise<SessionEvent> {
    const observation = seen ?? (await lifecycle.inspect(spec.name, options));
    if (observation.phase === 'ready' || observation.phase === 'absent') waitingSince = undefined;
    if (observation.phase === 'absent') return { type: 'observed', phase: 'absent', isKnown: true };
    const record = await deps.store.read(spec.key);
    const isKnown = record === undefined || record.sandboxId === observation.id;
    rejectForeign(observation, spec, record);
    link.sandbox = observation;
    return { type: 'observed', phase: observation.phase, isKnown };
  }

  async function create(options: SyncOptions): Promise<SessionEvent> {
    const { name, from, policy, installation } = spec;
    try {
      const labels = { [OWNER_LABEL]: installation };
      return await observe(options, await lifecycle.create({ name, from, policy, labels }, options));
    } catch (error) {
      // Another process won the race: its sandbox is adopted once its label is checked.
      if (isClamshellError(error) && error.code === 'SANDBOX_EXISTS') return observe(options);
      throw error;
    }
  }

  async function awaitChange(options: SyncOptions): Promise<SessionEvent> {
    waitingSince ??= clock.now();
    if (clock.now() - waitingSince > spec.readyTimeoutMs) {
      waitingSince = undefined;
      throw new LifecycleError('SANDBOX_NOT_READY', `Sandbox ${spec.name} did not become ready in ${spec.readyTimeoutMs} ms`);
    }
    await clock.sleep(POLL_MS, options.signal);
    return observe(options);
  }

  return async (step: LifecycleStep, options: SyncOptions): Promise<SessionEvent> => {
    switch (step) {
      case 'inspect':
        return observe(options);
      case 'create':
        return create(options);
      case 'await-change':
        return awaitChange(options);
      case 'start':
        await lifecycle.start(spec.name, options);
        return observe(options);
      case 'remove':
        invariant(link.sandbox !== undefined, 'only an observed sandbox is removed');
        await lifecycle.remove(link.sandbox, options);
        return { type: 'observed', phase: 'absent', isKnown: true };
      default:
        return assertNever(step);
    }
  };
}

/** A sandbox without a label is used only where this host registered it before. */
function rejectForeign(sandbox: SandboxInfo, spec: SessionSpec, record: SessionRecord | undefined): void {
  const owner = sandbox.labels[OWNER_LABEL];
  if (owner === spec.installation || (owner === undefined && record?.sandboxId === sandbox.id)) return;
  const whose = owner === undefined ? 'no owner label' : 'another installation’s label';
  throw new LifecycleError('SANDBOX_OWNED_BY_OTHER', `Sandbox ${sandbox.name} carries ${whose}`);
}

function createRecordEffects(deps: SessionDeps, spec: SessionSpec, link: SessionLink) {
  const identity = () => {
    invariant(link.sandbox !== undefined, 'a record names an observed sandbox');
    return { sandboxName: spec.name, sandboxId: link.sandbox.id };
  };
  return {
    async owed(run: string): Promise<undefined> {
      await deps.store.update(spec.key, (current) => ({
        ...identity(),
        owed: true,
        runs: [...(current?.runs ?? []), { id: run, owner: spec.owner }],
      }));
    },
    async settled(run: string | undefined, owed: boolean): Promise<undefined> {
      await deps.store.update(spec.key, (current) => {
        const runs = (current?.runs ?? []).filter(({ id, owner }) => id !== run && deps.isOwnerAlive(owner));
        return { ...identity(), owed: owed || runs.length > 0, runs };
      });
    },
    async forget(): Promise<void> {
      await deps.store.update(spec.key, () => undefined);
    },
  };
}
