import { SyncError, TransportError } from '../errors/clamshell-error.ts';
import { invariant } from '../errors/invariant.ts';
import type { CallOptions, PhaseTiming } from '../ports/call-options.ts';
import type { SandboxTransport } from '../ports/sandbox-transport.ts';
import type { ExitStatus, RemoteCommand } from '../ports/shell-runner.ts';
import type { SyncOptions, SyncPlan } from '../ports/workspace-mirror.ts';
import { createEffects } from './effects.ts';
import { haltError, unseenEnd, unsyncedEnd } from './run-errors.ts';
import type { RemoveOptions, RunOptions, RunOutcome, Session, SyncDone } from './session-api.ts';
import type { SessionDeps, SessionLink, SessionSpec } from './session-deps.ts';
import { initialState, type SessionEvent, type SessionState } from './state.ts';
import { transition } from './transition.ts';

export async function openSession(deps: SessionDeps, spec: SessionSpec): Promise<Session> {
  const record = await deps.store.read(spec.key);
  return new ClamshellSession(deps, spec, initialState(record?.owed ?? false));
}

class ClamshellSession implements Session {
  readonly #deps: SessionDeps;
  readonly #effects: ReturnType<typeof createEffects>;
  readonly #link: SessionLink = { transport: undefined, sandbox: undefined, lastSync: undefined };
  #state: SessionState;
  #ensuring: Promise<void> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: SessionDeps, spec: SessionSpec, state: SessionState) {
    this.#deps = deps;
    this.#state = state;
    this.#effects = createEffects(deps, spec, this.#link);
  }

  get state(): SessionState {
    return this.#state;
  }

  async ensure(options: CallOptions = {}): Promise<readonly PhaseTiming[]> {
    const began = this.#deps.clock.now();
    if (!this.#isLinked()) {
      this.#ensuring ??= this.#drive({ type: 'wanted' }, options).finally(() => (this.#ensuring = undefined));
      await this.#ensuring;
      this.#watch();
    }
    this.#rejectIfHalted();
    return [{ name: 'ensure', ms: this.#deps.clock.now() - began, files: 0, bytes: 0 }];
  }

  async plan(options: SyncOptions = {}): Promise<SyncPlan> {
    await this.ensure(options);
    const { transport, sandbox } = this.#link;
    invariant(transport !== undefined && sandbox !== undefined, 'an ensured session has a link');
    return this.#deps.mirror.plan({ id: sandbox.id, shell: transport.shell }, options);
  }

  async sync(options: SyncOptions = {}): Promise<SyncDone> {
    await this.ensure(options);
    return this.#syncInTurn({ type: 'sync-wanted' }, options);
  }

  async run(command: RemoteCommand, options: RunOptions): Promise<RunOutcome> {
    const ensured = await this.ensure(options);
    const run = this.#deps.newId();
    const before = await this.#syncInTurn({ type: 'run-began', run }, options);
    const began = this.#deps.clock.now();
    const ended = await settle(this.#execute(command, options));
    const executed = { name: 'execute', ms: this.#deps.clock.now() - began, files: 0, bytes: 0 };
    const after = await this.#finish(run, ended);
    if (ended.status === 'rejected') throw ended.reason;
    return {
      exit: ended.value,
      before,
      after,
      phases: [...ensured, ...before.phases, executed, ...after.phases],
    };
  }

  resume(): void {
    this.#state = transition(this.#state, { type: 'resumed' }).state;
  }

  async remove({ discard, ...options }: RemoveOptions): Promise<boolean> {
    const isBroughtHome = discard || (!this.#state.owed && (await this.#effects.isAbsent(options)));
    if (!isBroughtHome) await this.sync(options);
    if (this.#state.owed && !discard) {
      throw new SyncError('SYNC_HALTED', 'A command still runs in the sandbox', {
        hint: 'Wait for it to end, or end it.',
      });
    }
    const wasThere = await this.#effects.removeForGood(options);
    await this.#drive({ type: 'close' }, {});
    return wasThere;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#drive({ type: 'close' }, {});
  }

  async #execute(command: RemoteCommand, options: RunOptions): Promise<ExitStatus> {
    const process = await this.#transport().shell.spawn(command, { signal: options.signal });
    const [, exit] = await Promise.all([options.attach(process), process.exit]);
    return exit;
  }

  /** The closing sync happens whatever became of the command, over a new connection where the old one broke. */
  async #finish(run: string, ended: PromiseSettledResult<ExitStatus>): Promise<SyncDone> {
    try {
      await this.ensure();
      return await this.#syncInTurn({ type: 'command-ended', run }, {});
    } catch (error) {
      throw ended.status === 'rejected'
        ? unseenEnd(ended.reason, error)
        : unsyncedEnd(ended.value.code, error);
    }
  }

  async #syncInTurn(event: SessionEvent, options: SyncOptions): Promise<SyncDone> {
    const mine = this.#turn.then(async () => {
      await this.#drive(event, options);
      this.#rejectIfHalted();
      const { lastSync } = this.#link;
      if (lastSync === undefined)
        throw new TransportError('CONNECTION_LOST', 'The link broke before the sync began');
      return lastSync;
    });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  /** Follows a chain of events to its rest. A step that throws is a `failed` event first, then the caller's error. */
  async #drive(first: SessionEvent, options: SyncOptions): Promise<void> {
    let event: SessionEvent | undefined = first;
    while (event !== undefined) {
      const { state, effect } = transition(this.#state, event);
      this.#state = state;
      try {
        event = effect === undefined ? undefined : await this.#effects.perform(effect, state, options);
      } catch (error) {
        this.#state = transition(this.#state, { type: 'failed' }).state;
        throw error;
      }
    }
  }

  #watch(): void {
    const { transport } = this.#link;
    if (transport === undefined) return;
    void transport.lost.then(async () => {
      if (this.#link.transport !== transport) return;
      this.#link.transport = undefined;
      this.#state = transition(this.#state, { type: 'link-lost' }).state;
      await transport[Symbol.asyncDispose]();
    });
  }

  #transport(): SandboxTransport {
    const { transport } = this.#link;
    if (transport === undefined) throw new TransportError('CONNECTION_LOST', 'The link to the sandbox broke');
    return transport;
  }

  #isLinked(): boolean {
    const { at } = this.#state.position;
    return at === 'ready' || at === 'syncing';
  }

  #rejectIfHalted(): void {
    const { position } = this.#state;
    if (position.at === 'halted') throw haltError(position.reason);
  }
}

async function settle<Value>(promise: Promise<Value>): Promise<PromiseSettledResult<Value>> {
  const [result] = await Promise.allSettled([promise]);
  return result;
}
