import { describe, expect, test } from 'vitest';

import {
  type BufferedResult,
  type ClamshellError,
  LifecycleError,
  type Observation,
  type Mount,
  openSession,
  OWNER_LABEL,
  parseHostPath,
  parseRemotePath,
  parseSandboxName,
  type RemoteProcess,
  type SandboxId,
  type SandboxPhase,
  type SandboxTransport,
  type SessionDeps,
  type SessionRecord,
  silentLogger,
  type SyncOutcome,
  TransportError,
} from '../index.ts';

const NAME = parseSandboxName('demo');
const SPEC = {
  key: 'k',
  name: NAME,
  mode: 'mirror',
  installation: 'me',
  owner: 'p1',
  readyTimeoutMs: 1000,
} as const;
const MOUNT: Mount = {
  host: parseHostPath('/host'),
  sandbox: parseRemotePath('/sandbox'),
  direction: 'both',
  readOnly: false,
  protect: [],
};
const DONE: SyncOutcome = {
  status: 'done',
  pushed: { files: 0, removed: 0, bytes: 0 },
  pulled: { files: 0, removed: 0, bytes: 0 },
  problems: [],
  conflicts: [],
  withheld: [],
  phases: [],
};

/** A gateway, a link and a mirror in memory: enough of a world to see in which order a session acts on it. */
class World {
  readonly log: string[] = [];
  readonly records = new Map<string, SessionRecord>();
  sandbox: Observation = { phase: 'absent' };
  /** Phases that later inspections see, one each. */
  coming: SandboxPhase[] = [];
  nextSyncs: SyncOutcome[] = [];
  /** What each command does, instead of ending with 0. */
  command: (lose: (error: Error) => void) => Promise<{ code: number }> = async () => ({ code: 0 });
  createFails: (() => Error) | undefined;
  #ids = 0;
  #now = 0;

  put(phase: SandboxPhase, options: { id?: string; owner?: string } = {}): void {
    const labels = { [OWNER_LABEL]: options.owner ?? 'me' };
    this.sandbox = { phase, id: (options.id ?? 'id-1') as SandboxId, name: NAME, labels };
  }

  owe(sandboxId: string): void {
    this.records.set('k', { sandboxName: NAME, sandboxId: sandboxId as SandboxId, owed: true, runs: [] });
  }

  deps(): SessionDeps {
    return {
      lifecycle: {
        inspect: async () => {
          const phase = this.coming.shift();
          if (phase !== undefined && this.sandbox.phase !== 'absent')
            this.sandbox = { ...this.sandbox, phase };
          return this.sandbox;
        },
        list: async () => [],
        create: async () => {
          this.log.push('create');
          if (this.createFails !== undefined) throw this.createFails();
          this.put('provisioning', { id: 'id-new' });
          this.coming = ['ready'];
          if (this.sandbox.phase === 'absent') throw new Error('unreachable');
          return this.sandbox;
        },
        start: async () => {
          this.log.push('start');
          this.coming = ['ready'];
        },
        stop: async () => {},
        remove: async () => {
          this.log.push('remove');
          this.sandbox = { phase: 'absent' };
        },
      },
      connector: { connect: async () => this.#connect() },
      mounts: [
        {
          mount: MOUNT,
          mirror: {
            plan: async () => ({ status: 'planned', actions: [], conflicts: [], withheld: [] }),
            sync: async () => {
              this.log.push('sync');
              return this.nextSyncs.shift() ?? DONE;
            },
          },
        },
      ],
      store: {
        read: async (key) => this.records.get(key),
        update: async (key, change) => {
          const current = this.records.get(key);
          const next = change(current);
          if (next === undefined) this.records.delete(key);
          else this.records.set(key, next);
          if (current === undefined && next !== undefined) this.log.push('adopt');
          else if (next?.owed !== current?.owed) this.log.push(`owed=${next?.owed ?? 'forgotten'}`);
          return next;
        },
      },
      clock: { now: () => this.#now, sleep: async (ms) => void (this.#now += ms) },
      logger: silentLogger,
      newId: () => `run-${(this.#ids += 1)}`,
      isOwnerAlive: () => true,
    };
  }

  #connect(): SandboxTransport {
    this.log.push('connect');
    let lose: (error: Error) => void = () => {};
    const lost = new Promise<Error>((resolve) => (lose = resolve));
    const spawn = async (): Promise<RemoteProcess> => {
      this.log.push('execute');
      const nothing = (async function* (): AsyncGenerator<Uint8Array> {})();
      const stdin = { write: async () => {}, end: async () => {} };
      return { stdin, stdout: nothing, stderr: nothing, exit: this.command(lose), kill: async () => {} };
    };
    const run = async (): Promise<BufferedResult> => ({
      code: 0,
      stdout: new Uint8Array(),
      stderr: new Uint8Array(),
    });
    return { shell: { spawn, run }, lost, [Symbol.asyncDispose]: async () => void this.log.push('dispose') };
  }
}

const RUN = { argv: ['true'] } as const;
const attach = async (): Promise<void> => {};
const open = async (world: World) => openSession(world.deps(), SPEC);
const codeOf = async (promise: Promise<unknown>) =>
  promise.then(
    () => 'resolved',
    (error: ClamshellError) => error.code ?? error.message,
  );

describe('ensure, by what the gateway says of the sandbox', () => {
  test.each<[string, (world: World) => void, string[]]>([
    ['nothing there: created, waited for, connected', () => {}, ['create', 'connect']],
    ['ready: connected', (world) => world.put('ready'), ['connect']],
    ['stopped: started', (world) => world.put('stopped'), ['start', 'connect']],
    [
      'still stopping: waited for, then started',
      (world) => {
        world.put('stopping');
        world.coming = ['stopping', 'stopped'];
      },
      ['start', 'connect'],
    ],
    [
      'broken, nothing owed: removed and created again',
      (world) => world.put('error'),
      ['remove', 'create', 'connect'],
    ],
    [
      'another process wins the creation: its sandbox is adopted',
      (world) => {
        world.createFails = () => {
          world.put('ready');
          return new LifecycleError('SANDBOX_EXISTS', 'exists');
        };
      },
      ['create', 'connect'],
    ],
  ])('%s', async (_rule, arrange, log) => {
    const world = new World();
    arrange(world);
    const session = await open(world);
    await session.ensure();
    expect(session.state.position).toEqual({ at: 'ready' });
    expect(world.log.filter((each) => each !== 'adopt')).toEqual(log);
    expect(world.log).toContain('adopt');
  });

  test.each<[string, (world: World) => void, string]>([
    [
      'another installation’s sandbox is refused',
      (world) => world.put('ready', { owner: 'you' }),
      'SANDBOX_OWNED_BY_OTHER',
    ],
    ['a lost sandbox that owes is a halt', (world) => world.owe('id-1'), 'SYNC_HALTED'],
    [
      'a replaced sandbox that owes is a halt',
      (world) => {
        world.put('ready', { id: 'id-2' });
        world.owe('id-1');
      },
      'SYNC_HALTED',
    ],
    [
      'a broken sandbox that owes is a halt',
      (world) => {
        world.put('error');
        world.owe('id-1');
      },
      'SYNC_HALTED',
    ],
    [
      'a sandbox that never becomes ready is given up',
      (world) => world.put('provisioning'),
      'SANDBOX_NOT_READY',
    ],
  ])('%s, and nothing is touched', async (_rule, arrange, code) => {
    const world = new World();
    arrange(world);
    const session = await open(world);
    expect(await codeOf(session.ensure())).toBe(code);
    expect(world.log).toEqual([]);
  });

  test('a name that is taken and yet not there is given up in time', async () => {
    const world = new World();
    world.createFails = () => new LifecycleError('SANDBOX_EXISTS', 'exists');
    expect(await codeOf((await open(world)).ensure())).toBe('SANDBOX_NOT_READY');
  });

  test('two callers at once create one sandbox and one connection', async () => {
    const world = new World();
    const session = await open(world);
    await Promise.all([session.ensure(), session.ensure()]);
    expect(world.log).toEqual(['create', 'adopt', 'connect']);
  });

  test('after a failure the same call can succeed', async () => {
    const world = new World();
    world.createFails = () => new LifecycleError('GATEWAY_UNREACHABLE', 'down');
    const session = await open(world);
    expect(await codeOf(session.ensure())).toBe('GATEWAY_UNREACHABLE');
    world.createFails = undefined;
    expect(await codeOf(session.ensure())).toBe('resolved');
  });
});

describe('run', () => {
  test('is sync, execute, sync, and is owed in between', async () => {
    const world = new World();
    world.put('ready');
    const session = await open(world);
    const outcome = await session.run(RUN, { attach });
    expect(outcome.exit.code).toBe(0);
    expect(world.log).toEqual(['connect', 'adopt', 'sync', 'owed=true', 'execute', 'sync', 'owed=false']);
    expect(world.records.get('k')?.runs).toEqual([]);
  });

  test('overlapping runs each have a sync before and after, shared where they can be; only the last settles', async () => {
    const world = new World();
    world.put('ready');
    const session = await open(world);
    await Promise.all([1, 2, 3].map(() => session.run(RUN, { attach })));
    const log = world.log.filter((each) => each !== 'adopt' && each !== 'connect');
    expect(log).toEqual(['sync', 'owed=true', 'execute', 'execute', 'execute', 'sync', 'owed=false']);
    expect(session.state.runs.size).toBe(0);
  });

  test('a halt before the command keeps it from starting', async () => {
    const world = new World();
    world.put('ready');
    world.nextSyncs = [{ status: 'halted', reason: 'sandbox-root-emptied', phases: [] }];
    const session = await open(world);
    expect(await codeOf(session.run(RUN, { attach }))).toBe('SYNC_HALTED');
    expect(world.log).not.toContain('execute');
    expect(await codeOf(session.resume('retry'))).toBe('resolved');
    expect(await codeOf(session.run(RUN, { attach }))).toBe('resolved');
  });

  test('a halt after the command tells its exit code, and it stays owed', async () => {
    const world = new World();
    world.put('ready');
    world.nextSyncs = [DONE, { status: 'halted', reason: 'sandbox-shrunk', phases: [] }];
    world.command = async () => ({ code: 7 });
    const session = await open(world);
    const error = await session.run(RUN, { attach }).catch((reason: ClamshellError) => reason);
    expect(error).toMatchObject({ code: 'SYNC_HALTED', context: { reason: 'sandbox-shrunk', exitCode: 7 } });
    expect(world.records.get('k')?.owed).toBe(true);
  });

  test('when the link breaks under the command, what it left still comes home over a new one', async () => {
    const world = new World();
    world.put('ready');
    world.command = async (lose) => {
      const error = new TransportError('CONNECTION_LOST', 'gone');
      lose(error);
      throw error;
    };
    const session = await open(world);
    expect(await codeOf(session.run(RUN, { attach }))).toBe('CONNECTION_LOST');
    expect(world.log.filter((each) => each !== 'dispose')).toEqual([
      'connect',
      'adopt',
      'sync',
      'owed=true',
      'execute',
      'connect',
      'sync',
      'owed=false',
    ]);
  });
});

describe('remove', () => {
  test('brings the workspace home first', async () => {
    const world = new World();
    world.put('ready');
    world.owe('id-1');
    const session = await open(world);
    expect(await session.remove({ discard: false })).toEqual({ wasThere: true, saved: [] });
    expect(world.log).toEqual(['connect', 'sync', 'owed=false', 'remove', 'owed=forgotten', 'dispose']);
  });

  test('a lost sandbox that owes is forgotten only by a person’s word', async () => {
    const world = new World();
    world.owe('id-1');
    expect(await codeOf((await open(world)).remove({ discard: false }))).toBe('SYNC_HALTED');
    expect(world.records.has('k')).toBe(true);
    expect(await (await open(world)).remove({ discard: true })).toEqual({ wasThere: false, saved: [] });
    expect(world.records.get('k')).toMatchObject({ owed: false, discarded: [{ sandboxId: 'id-1' }] });
  });
});
