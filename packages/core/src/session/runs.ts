import { CommandError, TransportError } from '../errors/clamshell-error.ts';
import type { CallOptions, PhaseTiming } from '../ports/call-options.ts';
import type { ExecRequest, ExecSpec, ExecSpecSource } from '../ports/exec-spec.ts';
import type { ExitStatus, RemoteCommand, RemoteProcess } from '../ports/shell-runner.ts';
import type { Machine } from './machine.ts';
import { mergeSyncs } from './outcomes.ts';
import { unseenEnd, unsyncedEnd } from './run-errors.ts';
import type { BegunRun, RunOutcome, SessionSync, SpawnedRun } from './session-api.ts';
import type { SessionDeps } from './session-deps.ts';
import type { Syncs } from './syncs.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

interface RunsParts {
  readonly machine: Machine;
  readonly syncs: Syncs;
  readonly leaseMs: number | undefined;
}

interface Begun {
  readonly id: string;
  readonly ensured: readonly PhaseTiming[];
  readonly before: SessionSync;
}

/** Commands between their two syncs. */
export class Runs {
  readonly #deps: SessionDeps;
  readonly #parts: RunsParts;
  readonly #specs = new Map<string, ExecSpec>();

  constructor(deps: SessionDeps, parts: RunsParts) {
    this.#deps = deps;
    this.#parts = parts;
  }

  async spawn(command: RemoteCommand, options: CallOptions): Promise<SpawnedRun> {
    const begun = await this.#begin(options);
    const began = this.#deps.clock.now();
    const process = await this.#orFinish(begun.id, () =>
      this.#parts.machine.lease().transport.shell.spawn(command, { signal: options.signal }),
    );
    const finished = this.#conclude(begun, { began, exit: process.exit });
    // Who does not wait for the end is not told of a failure either.
    finished.catch(() => undefined);
    return { id: begun.id, process, finished };
  }

  /** A caller that can't move the streams any more can't let the command go on either. */
  async attach({ process, finished }: SpawnedRun, attach: Attach): Promise<RunOutcome> {
    const attached = await settle(attach(process));
    if (attached.status === 'fulfilled') return finished;
    await Promise.allSettled([process.kill('KILL'), drain(process)]);
    await settle(finished);
    throw attached.reason;
  }

  async beginForHost(request: ExecRequest, options: CallOptions): Promise<BegunRun> {
    await this.#parts.syncs.ensure(options);
    this.#specSource();
    const { leaseMs = DAY_MS } = this.#parts;
    const { id, before } = await this.#begin(options, this.#deps.clock.now() + leaseMs);
    const spec = await this.#orFinish(id, () => this.#specSource().prepare(request, options));
    this.#specs.set(id, spec);
    return { id, spec, before };
  }

  async finishForHost(id: string): Promise<SessionSync> {
    const spec = this.#specs.get(id);
    this.#specs.delete(id);
    try {
      await spec?.[Symbol.asyncDispose]();
    } catch (error) {
      this.#deps.logger.warn(`What was left of a command could not be ended: ${String(error)}`);
    }
    return this.#finish(id);
  }

  async #begin(options: CallOptions, leaseUntilMs?: number): Promise<Begun> {
    const { machine, syncs } = this.#parts;
    const ensured = await syncs.ensure(options);
    const id = this.#deps.newId();
    if (leaseUntilMs !== undefined) machine.link.leases.set(id, leaseUntilMs);
    machine.tell({ type: 'run-began', run: id });
    try {
      const before = await syncs.full(options);
      if (machine.state.runs.get(id) !== 'executing') throw lost();
      return { id, ensured, before };
    } catch (error) {
      machine.tell({ type: 'run-ended', run: id });
      machine.link.leases.delete(id);
      throw error;
    }
  }

  /** The closing sync happens whatever became of the command, over a new connection where the old one broke. */
  async #conclude(begun: Begun, { began, exit }: Executed): Promise<RunOutcome> {
    const ended = await settle(exit);
    const executed = { name: 'execute', ms: this.#deps.clock.now() - began, files: 0, bytes: 0 };
    const after = await this.#finishAfter(begun.id, ended);
    if (ended.status === 'rejected') throw ended.reason;
    const { before, ensured } = begun;
    const phases = [...ensured, ...before.phases, executed, ...after.phases];
    return { exit: ended.value, before, after, phases };
  }

  async #finishAfter(id: string, ended: PromiseSettledResult<ExitStatus>): Promise<SessionSync> {
    try {
      return await this.#finish(id);
    } catch (error) {
      throw ended.status === 'rejected'
        ? unseenEnd(ended.reason, error)
        : unsyncedEnd(ended.value.code, error);
    }
  }

  /** Nothing is left to do for a run whose sandbox was given up or removed. */
  async #finish(id: string): Promise<SessionSync> {
    const { machine, syncs } = this.#parts;
    machine.link.leases.delete(id);
    const { runs, position } = machine.state;
    if (!runs.has(id) && position.at === 'idle') return mergeSyncs([]);
    machine.tell({ type: 'run-ended', run: id });
    return syncs.full({});
  }

  /** What can't be started is finished at once. */
  async #orFinish<Value>(id: string, start: () => Promise<Value>): Promise<Value> {
    try {
      return await start();
    } catch (error) {
      await settle(this.#finish(id));
      throw error;
    }
  }

  #specSource(): ExecSpecSource {
    const { specs } = this.#parts.machine.lease().transport;
    if (specs !== undefined) return specs;
    const message = 'This transport can’t hand out commands for the host to spawn itself';
    throw new CommandError('CAPABILITY_MISSING', message);
  }
}

type Attach = (process: RemoteProcess) => Promise<void>;

interface Executed {
  readonly began: number;
  readonly exit: Promise<ExitStatus>;
}

async function drain(process: RemoteProcess): Promise<void> {
  const discard = async (output: AsyncIterable<Uint8Array>) => {
    // Returned from early, which discards the rest.
    for await (const _chunk of output) break;
  };
  await Promise.allSettled([discard(process.stdout), discard(process.stderr)]);
}

async function settle<Value>(promise: Promise<Value>): Promise<PromiseSettledResult<Value>> {
  const [result] = await Promise.allSettled([promise]);
  return result;
}

function lost(): TransportError {
  return new TransportError('CONNECTION_LOST', 'The link to the sandbox broke');
}
