import { withDeadline, withDeadlineUntilEnd } from '../deadline/deadline.ts';
import { resolveMounts } from '../mounts/resolve-mounts.ts';
import type { CallOptions, PhaseTiming } from '../ports/call-options.ts';
import type { ExecRequest } from '../ports/exec-spec.ts';
import type { RemoteCommand } from '../ports/shell-runner.ts';
import type { SyncOptions, SyncPlan } from '../ports/workspace-mirror.ts';
import { Door } from './door.ts';
import type { Word } from './events.ts';
import { Lane } from './lane.ts';
import { Machine } from './machine.ts';
import { mergePlans } from './outcomes.ts';
import { Removing } from './removing.ts';
import { reachable } from './run-errors.ts';
import { Runs } from './runs.ts';
import type { Lease, RemoveOptions, RunOptions, Session, UseOptions } from './session-api.ts';
import type { SessionDeps, SessionSpec } from './session-deps.ts';
import { orAborted } from './shared-work.ts';
import type { SessionState } from './state.ts';
import { isLinkFailure, Syncs } from './syncs.ts';

/** Nothing is read or reached yet: what is owed and open is found with the first look at the sandbox. */
export function openSession(deps: SessionDeps, spec: SessionSpec): Session {
  resolveMounts(deps.mounts.map(({ mount }) => mount));
  return new ClamshellSession(deps, spec);
}

const USE_ATTEMPTS = 3;
const USE_PAUSE_MS = 200;

class ClamshellSession implements Session {
  readonly #deps: SessionDeps;
  readonly #spec: SessionSpec;
  readonly #machine: Machine;
  readonly #lane = new Lane();
  readonly #door: Door;
  readonly #syncs: Syncs;
  readonly #runs: Runs;
  readonly #removing: Removing;

  constructor(deps: SessionDeps, spec: SessionSpec) {
    this.#deps = deps;
    this.#spec = spec;
    this.#machine = new Machine(deps, spec);
    const [machine, lane] = [this.#machine, this.#lane];
    this.#door = new Door(machine, lane, deps.newId);
    this.#syncs = new Syncs(deps, { machine, lane, door: this.#door });
    this.#runs = new Runs(deps, { machine, syncs: this.#syncs, leaseMs: spec.leaseMs });
    const bringHome = (options: CallOptions) => this.#bringHome(options);
    this.#removing = new Removing(deps, spec, { machine, lane, bringHome });
  }

  get state(): SessionState {
    return this.#machine.state;
  }

  async ensure(options: CallOptions = {}): Promise<readonly PhaseTiming[]> {
    return this.#bind(options, (bound) => this.#syncs.ensure(bound));
  }

  async plan(options: SyncOptions = {}): Promise<SyncPlan> {
    return this.#bind(options, async ({ paths, ...bound }) => {
      await this.#syncs.ensure(bound);
      const { peer } = this.#machine.lease();
      const plans = this.#deps.mounts.map(({ mirror }, index) =>
        mirror.plan(peer, index === 0 && paths !== undefined ? { ...bound, paths } : bound),
      );
      return mergePlans(await Promise.all(plans));
    });
  }

  async sync(options: SyncOptions = {}) {
    const { direction = 'both', paths, believe } = options;
    const isFull = direction === 'both' && paths === undefined && believe === undefined;
    return this.#bind(options, (bound) => (isFull ? this.#syncs.full(bound) : this.#syncs.single(bound)));
  }

  async run(command: RemoteCommand, { attach, ...options }: RunOptions) {
    return this.#runs.attach(await this.spawn(command, options), attach);
  }

  async spawn(command: RemoteCommand, options: CallOptions = {}) {
    return withDeadlineUntilEnd(this.#deps.clock, this.#untilClosed(options), async (bound) => {
      const spawned = await this.#runs.spawn(command, bound);
      return { value: spawned, ended: spawned.finished };
    });
  }

  async beginRun(request: ExecRequest, options: CallOptions = {}) {
    return this.#bind(options, (bound) => this.#runs.beginForHost(request, bound));
  }

  async finishRun(id: string, options: CallOptions = {}) {
    // Begun whatever the options say: they end only the caller's wait.
    const finished = this.#runs.finishForHost(id);
    finished.catch(() => undefined);
    return this.#bind(options, ({ signal }) => orAborted(finished, signal));
  }

  async use<Value>(
    kind: 'read' | 'mutate',
    work: (lease: Lease) => Promise<Value>,
    { isIdempotent = false, ...options }: UseOptions = {},
  ): Promise<Value> {
    return this.#bind(options, async (bound) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await this.#useOnce(kind, work, bound);
        } catch (error) {
          if (!isIdempotent || !isLinkFailure(error) || attempt === USE_ATTEMPTS) throw error;
          await this.#deps.clock.sleep(USE_PAUSE_MS * 2 ** (attempt - 1), bound.signal);
        }
      }
    });
  }

  async resume(word: Exclude<Word, 'discard'>, options: CallOptions = {}) {
    return this.#bind(options, async (bound) => {
      await this.#lane.enter(async () => this.#machine.tell({ type: 'answered', word }));
      if (word === 'retry') return this.#syncs.full(bound);
      const direction = this.#homeward();
      return this.#syncs.single({ ...bound, direction, believe: word === 'take-host' ? 'host' : 'sandbox' });
    });
  }

  async discard(options: CallOptions = {}): Promise<void> {
    await this.#bind(options, (bound) =>
      this.#lane.enter(async () => {
        if (await this.#machine.isReachable(bound)) throw reachable();
        await this.#machine.drive({ type: 'answered', word: 'discard' }, bound);
      }),
    );
  }

  async bringHome(options: CallOptions = {}) {
    return this.#bind(options, (bound) => this.#bringHome(bound));
  }

  async remove(options: RemoveOptions) {
    return this.#bind(options, (bound) => this.#removing.remove(bound));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#machine.beginClose();
    try {
      await this.#lane.enter(() => this.#machine.drive({ type: 'close' }, {}));
    } catch (error) {
      // It is closed all the same; the next session makes good what was not written.
      this.#deps.logger.warn(`Closing: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Every call ends with the session at the latest. */
  #bind<Options extends CallOptions, Value>(
    options: Options,
    work: (bound: Options) => Promise<Value>,
  ): Promise<Value> {
    return withDeadline(this.#deps.clock, this.#untilClosed(options), work);
  }

  #untilClosed<Options extends CallOptions>(options: Options): Options {
    const { closing } = this.#machine;
    const signal = options.signal === undefined ? closing : AbortSignal.any([options.signal, closing]);
    return { ...options, signal };
  }

  #bringHome(options: CallOptions) {
    const direction = this.#homeward();
    return direction === 'both' ? this.#syncs.full(options) : this.#syncs.single({ ...options, direction });
  }

  #homeward(): 'both' | 'pull' {
    return this.#spec.mode === 'remote' ? 'pull' : 'both';
  }

  async #useOnce<Value>(
    kind: 'read' | 'mutate',
    work: (lease: Lease) => Promise<Value>,
    options: CallOptions,
  ): Promise<Value> {
    const { position } = this.state;
    // A person who has to decide may look.
    const isLook = kind === 'read' && position.at === 'halted' && position.linked;
    if (!isLook) await this.#syncs.seed(options);
    const go = () => work(this.#machine.lease());
    return kind === 'mutate' ? this.#door.pass(go, options) : go();
  }
}
