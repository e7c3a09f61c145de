import {
  type CallOptions,
  type Clock,
  LifecycleError,
  type Mount,
  parseHostPath,
  parseRemotePath,
  parseSandboxName,
  type RemoteProcess,
  type SandboxTransport,
  type SessionDeps,
  type SessionMirror,
  type SessionRecord,
  silentLogger,
  type SyncOptions,
  type SyncOutcome,
  SyncError,
} from '@clamshell/core';

import { type Fault, type FaultPlan, hang, lostLink } from './fake-faults.ts';
import { type FakeSandbox, FakeSandboxes } from './fake-sandboxes.ts';

const NOTHING = { files: 0, removed: 0, bytes: 0 };

/**
 * A gateway, links, mirrors, a store and a clock in memory, shared by the sessions of several processes, one at a time.
 * Every call of a port may meet a fault. It keeps books on what is lost, and on when runs began and finished.
 */
export class FakeWorld {
  readonly name = parseSandboxName('demo');
  readonly sandboxes = new FakeSandboxes(this.name);
  readonly host = new Set<string>();
  readonly saved = new Set<string>();
  /** What no rule allows; to be found empty. */
  readonly wrongs: string[] = [];
  readonly began = new Map<string, number>();
  readonly finished = new Map<string, number>();
  record: SessionRecord | undefined;
  /** The process that lives; calls of an earlier one never land. */
  process = 1;
  executing = 0;
  readonly #faults: FaultPlan;
  readonly #losing = new Set<() => void>();
  readonly #commands = new Set<() => void>();
  #now = 1_000_000;
  #files = 0;
  /** Up to which file a person gave all up. */
  #givenUp = 0;
  #givingUp = 0;
  #untold: string[] = [];
  #ids = 0;

  constructor(faults: FaultPlan) {
    this.#faults = faults;
  }

  readonly clock: Clock = {
    now: () => this.#now,
    sleep: async (ms, signal) => {
      await turn();
      signal?.throwIfAborted();
      this.#now += ms;
      this.sandboxes.settle();
    },
  };

  pass(ms: number): void {
    this.#now += ms;
  }

  /** The host process ends at once: nothing that it began will land, and its commands end some time later. */
  kill(): void {
    this.process += 1;
    if (this.#givingUp > 0) this.#forgive();
    this.#givingUp = 0;
    for (const end of this.#commands) end();
    this.#losing.clear();
  }

  loseLinks(): void {
    for (const lose of this.#losing) lose();
  }

  /** Somebody else removes the sandbox. What it held and nobody had seen must be told before another is made. */
  vanish(): void {
    const { current } = this.sandboxes;
    if (current !== undefined) this.#untold.push(...this.#unsafe(current));
    this.sandboxes.current = undefined;
    this.loseLinks();
  }

  write(): void {
    const { current } = this.sandboxes;
    this.#files += 1;
    current?.files.set(`f${this.#files}`, this.#files);
  }

  /** A person gives up what was written so far, and what is until `work` has ended. */
  async giveUp(work: () => Promise<unknown>): Promise<void> {
    this.#givingUp += 1;
    this.#forgive();
    try {
      await work();
    } finally {
      this.#givingUp = Math.max(0, this.#givingUp - 1);
      this.#forgive();
    }
  }

  #forgive(): void {
    this.#givenUp = this.#files;
    this.#untold = [];
  }

  deps(): SessionDeps {
    const mine = this.process;
    const call: Call = (options, work, only) => this.#call(mine, { options, work, only });
    return {
      lifecycle: this.#lifecycle(call),
      connector: { connect: (_name, options = {}) => call(options, async () => this.#connect(mine, call)) },
      mounts: [
        { mount: mountAt('/host', '/sandbox', 'both'), mirror: this.#mirror(call) },
        { mount: mountAt('/skills', '/agent', 'push'), mirror: this.#pushed(call) },
      ],
      store: {
        read: () => call({}, async () => this.record, STORE_FAULTS),
        update: (_key, change) => call({}, async () => this.#update(change), STORE_FAULTS),
      },
      clock: this.clock,
      logger: silentLogger,
      newId: () => `run-${(this.#ids += 1)}`,
      isOwnerAlive: (owner) => owner === `p${this.process}`,
    };
  }

  async #call<Value>(mine: number, { options: { signal }, work, only }: PortCall<Value>): Promise<Value> {
    if (mine !== this.process) return hang(undefined);
    await turn();
    signal?.throwIfAborted();
    const planned = this.#faults.take();
    const fault = only !== undefined && !only.has(planned) ? 'none' : planned;
    if (fault === 'kill') this.kill();
    if (mine !== this.process) return hang(undefined);
    if (fault === 'refuse') throw new SyncError('FILE_IO_FAILED', 'Refused, as planned');
    if (fault === 'hang') return hang(signal);
    if (fault === 'lose-link') {
      this.loseLinks();
      throw lostLink();
    }
    const value = await work(fault);
    if (fault === 'late') throw new SyncError('FILE_IO_FAILED', 'Failed late, as planned');
    return value;
  }

  #update(
    change: (current: SessionRecord | undefined) => SessionRecord | undefined,
  ): SessionRecord | undefined {
    const before = new Set(this.record?.runs.map(({ id }) => id));
    this.record = change(this.record);
    const after = new Set(this.record?.runs.map(({ id }) => id));
    for (const id of after) if (!before.has(id)) count(this.began, id);
    for (const id of before) if (!after.has(id)) count(this.finished, id);
    return this.record;
  }

  #lifecycle(call: Call): SessionDeps['lifecycle'] {
    const { sandboxes } = this;
    return {
      inspect: (_name, options = {}) => call(options, async () => sandboxes.observe()),
      list: async () => [],
      create: ({ labels }, options = {}) =>
        call(options, async () => {
          for (const file of this.#untold) this.wrongs.push(`${file} was lost without a word`);
          return sandboxes.create(labels);
        }),
      start: (_name, options = {}) => call(options, async () => sandboxes.setPhase('starting')),
      stop: (_name, options = {}) => call(options, async () => sandboxes.setPhase('stopped')),
      remove: ({ id }, options = {}) =>
        call(options, async () => {
          const { current } = sandboxes;
          if (current === undefined) return;
          if (current.info.id !== id) throw new LifecycleError('SANDBOX_ID_CHANGED', 'Another one');
          for (const file of this.#unsafe(current)) this.wrongs.push(`${file} was removed unseen`);
          sandboxes.current = undefined;
          this.loseLinks();
        }),
    };
  }

  #unsafe({ files }: FakeSandbox): readonly string[] {
    if (this.#givingUp > 0) return [];
    const isSafe = (file: string) => this.host.has(file) || this.saved.has(file);
    return [...files].flatMap(([file, at]) => (at > this.#givenUp && !isSafe(file) ? [file] : []));
  }

  #mirror(call: Call): SessionMirror {
    return {
      plan: (_peer, options = {}) =>
        call(options, async () => ({ status: 'planned', actions: [], conflicts: [], withheld: [] })),
      sync: (peer, options: SyncOptions = {}) =>
        call(options, async (fault): Promise<SyncOutcome> => {
          const { current } = this.sandboxes;
          if (current?.info.id !== peer.id) throw lostLink();
          if (fault === 'halt') return { status: 'halted', reason: 'sandbox-root-emptied', phases: [] };
          const names = options.direction === 'push' ? [] : [...current.files.keys()];
          const taken = fault === 'partial' ? names.slice(1) : names;
          for (const file of taken) this.host.add(file);
          return done(taken.length === names.length ? [] : ['left']);
        }),
      save: (_peer, options = {}) =>
        call(options, async () => {
          for (const file of this.sandboxes.current?.files.keys() ?? []) this.saved.add(file);
          return { file: '/saved.tar', bytes: 1 };
        }),
    };
  }

  #pushed(call: Call): SessionMirror {
    return {
      plan: (_peer, options = {}) =>
        call(options, async () => ({ status: 'planned', actions: [], conflicts: [], withheld: [] })),
      sync: (_peer, options = {}) => call(options, async () => done([])),
    };
  }

  #connect(mine: number, call: Call): SandboxTransport {
    if (this.sandboxes.observe().phase !== 'ready') throw lostLink();
    const { promise: lost, resolve } = Promise.withResolvers<Error>();
    const broken = Promise.withResolvers<never>();
    broken.promise.catch(() => undefined);
    const lose = () => {
      resolve(lostLink());
      broken.reject(lostLink());
    };
    this.#losing.add(lose);
    const run = async () => ({ code: 0, stdout: new Uint8Array(), stderr: new Uint8Array() });
    const spawn = (_command: unknown, options: CallOptions = {}) =>
      call(options, async () => this.#execute(mine, broken.promise, options.signal));
    const specs = {
      prepare: (_request: unknown, options: CallOptions = {}) =>
        call(options, async () => {
          this.#checkRecord();
          this.write();
          return { argv: ['true'] as const, env: {}, [Symbol.asyncDispose]: async () => undefined };
        }),
    };
    return {
      shell: { spawn, run },
      specs,
      lost,
      [Symbol.asyncDispose]: async () => void this.#losing.delete(lose),
    };
  }

  #checkRecord(): void {
    if (this.record?.owed !== true || this.record.runs.length === 0)
      this.wrongs.push('a command that is not on record');
  }

  #execute(mine: number, broken: Promise<never>, signal: AbortSignal | undefined): RemoteProcess {
    this.#checkRecord();
    this.executing += 1;
    const ended = Promise.withResolvers<void>();
    this.#commands.add(ended.resolve);
    const nothing = () => (async function* (): AsyncGenerator<Uint8Array> {})();
    const exit = (async () => {
      try {
        await Promise.race([turns(3), ended.promise, broken, hang(signal)]);
        return { code: 0 };
      } finally {
        // Its last words, also of one that a kill, an abort or a lost link cut short.
        this.write();
        this.executing -= 1;
        this.#commands.delete(ended.resolve);
        if (mine !== this.process) await hang(undefined);
      }
    })();
    exit.catch(() => undefined);
    const stdin = { write: async () => {}, end: async () => {} };
    return { stdin, stdout: nothing(), stderr: nothing(), exit, kill: async () => ended.resolve() };
  }
}

interface PortCall<Value> {
  readonly options: CallOptions;
  readonly work: (fault: Fault) => Promise<Value>;
  readonly only: ReadonlySet<Fault> | undefined;
}

type Call = <Value>(
  options: CallOptions,
  work: (fault: Fault) => Promise<Value>,
  only?: ReadonlySet<Fault>,
) => Promise<Value>;

const STORE_FAULTS: ReadonlySet<Fault> = new Set(['refuse', 'late', 'kill']);

function mountAt(host: string, sandbox: string, direction: Mount['direction']): Mount {
  const roots = { host: parseHostPath(host), sandbox: parseRemotePath(sandbox) };
  return { ...roots, direction, readOnly: false, protect: [] };
}

function done(left: readonly string[]): SyncOutcome {
  const problems = left.map((path) => ({ path: path as never, reason: 'left' }));
  return {
    status: 'done',
    pushed: NOTHING,
    pulled: NOTHING,
    problems,
    conflicts: [],
    withheld: [],
    phases: [],
  };
}

function count(counts: Map<string, number>, id: string): void {
  counts.set(id, (counts.get(id) ?? 0) + 1);
}

export async function turns(many: number): Promise<void> {
  for (let index = 0; index < many; index += 1) await turn();
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
