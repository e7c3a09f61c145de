import fc from 'fast-check';
import { expect, test } from 'vitest';

import { openSession, type RemoteProcess, type Session, type SessionMode } from '@clamshell/core';
import { type Fault, FakeWorld, FaultPlan, turns } from '@clamshell/testkit';

/** The same runs each time, or as many others as are asked for. */
const CHOSEN = process.env['CLAMSHELL_MODEL_RUNS'];
const RUNS = CHOSEN === undefined ? { numRuns: 250, seed: 1 } : { numRuns: Number(CHOSEN) };
const COMMAND = { argv: ['true'] } as const;
const REQUEST = { command: 'true', env: {}, pty: false };

type Step =
  | 'run'
  | 'run-aborted'
  | 'host-run'
  | 'host-run-forgotten'
  | 'mutate'
  | 'read'
  | 'sync'
  | 'pull'
  | 'plan'
  | 'remove'
  | 'remove-discard'
  | 'resume'
  | 'discard'
  | 'kill'
  | 'reopen'
  | 'lose-link'
  | 'stop'
  | 'break'
  | 'vanish'
  | 'day'
  | 'wait';

const CALLS: readonly Step[] = [
  'run',
  'run-aborted',
  'host-run',
  'host-run-forgotten',
  'mutate',
  'read',
  'sync',
  'pull',
  'plan',
  'remove',
  'resume',
];
const EVENTS: readonly Step[] = [
  'remove-discard',
  'discard',
  'kill',
  'reopen',
  'lose-link',
  'stop',
  'break',
  'vanish',
  'day',
];
const FAULTS: readonly Fault[] = ['refuse', 'late', 'hang', 'lose-link', 'halt', 'partial', 'kill'];

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<Step>('run', 'wait') },
  { weight: 4, arbitrary: fc.constantFrom(...CALLS) },
  { weight: 2, arbitrary: fc.constantFrom(...EVENTS) },
);
/** A few, each after some calls that go well. */
const faultPlan = fc
  .array(fc.tuple(fc.nat(25), fc.constantFrom(...FAULTS)), { maxLength: 6 })
  .map((planned) => planned.flatMap(([after, fault]) => [...Array<Fault>(after).fill('none'), fault]));

const after = (count: number, fault: Fault): readonly Fault[] => [...Array<Fault>(count).fill('none'), fault];
/** Found at random once, and held to since. */
const FOUND: [Step[], Fault[]][] = [
  // The record of a run could not be let go of at the close.
  [
    ['remove-discard', 'run', 'run', 'day', 'resume', 'wait', 'run', 'discard', 'reopen'],
    [...after(0, 'refuse'), ...after(1, 'refuse'), ...after(22, 'refuse')],
  ],
  // A command wrote after the archive, and ended before the removal.
  [
    ['remove-discard', 'run', 'wait', 'run', 'remove', 'resume'],
    [...after(9, 'halt'), ...after(16, 'refuse')],
  ],
];

/** One process's session after another over one world; calls overlap, and each settles. */
class Play {
  readonly #mode: SessionMode;
  readonly #calls = new Set<Promise<unknown>>();
  readonly world: FakeWorld;
  #process: number;
  #session: Session;

  constructor(mode: SessionMode, faults: FaultPlan) {
    this.#mode = mode;
    this.world = new FakeWorld(faults);
    this.#process = this.world.process;
    this.#session = this.#open();
  }

  get session(): Session {
    if (this.#process !== this.world.process) {
      this.#process = this.world.process;
      this.#calls.clear();
      this.#session = this.#open();
    }
    return this.#session;
  }

  async step(step: Step): Promise<void> {
    this.#do(step, this.session);
    await turns(step === 'wait' ? 40 : 3);
  }

  /** Waits for every call of the living process; one that hangs is ended by closing the session. */
  async settle(): Promise<void> {
    for (let round = 0; this.session && this.#calls.size > 0; round += 1) {
      await turns(50);
      if (round === 20) await this.#reopen(this.session);
      if (round > 60) return void this.world.wrongs.push(`${this.#calls.size} calls hang`);
    }
  }

  #open(): Session {
    const owner = `p${this.world.process}`;
    const { name } = this.world;
    const spec = { key: 'k', name, mode: this.#mode, installation: 'me', owner, readyTimeoutMs: 60_000 };
    return openSession(this.world.deps(), spec);
  }

  #do(step: Step, session: Session): void {
    const { world } = this;
    const acts: Record<Step, () => unknown> = {
      run: () => session.run(COMMAND, { attach: readAll }),
      'run-aborted': () => this.#aborted(session),
      'host-run': () => this.#hostRun(session),
      'host-run-forgotten': () => session.beginRun(REQUEST),
      mutate: () => session.use('mutate', async () => world.write()),
      read: () => session.use('read', async () => undefined, { isIdempotent: true }),
      sync: () => session.sync(),
      pull: () => session.sync({ direction: 'pull' }),
      plan: () => session.plan(),
      remove: () => session.remove({ discard: false }),
      'remove-discard': () => world.giveUp(() => session.remove({ discard: true })),
      resume: () => session.resume('retry'),
      discard: () => world.giveUp(() => session.discard()),
      kill: () => world.kill(),
      reopen: () => this.#reopen(session),
      'lose-link': () => world.loseLinks(),
      stop: () => world.sandboxes.current && world.sandboxes.setPhase('stopped'),
      break: () => world.sandboxes.setPhase('error'),
      vanish: () => world.vanish(),
      day: () => world.pass(25 * 3600 * 1000),
      wait: () => undefined,
    };
    const outcome = acts[step]();
    if (!(outcome instanceof Promise)) return;
    const call = settles(outcome);
    this.#calls.add(call);
    void call.then(() => this.#calls.delete(call));
  }

  async #aborted(session: Session): Promise<void> {
    const caller = new AbortController();
    void turns(4).then(() => caller.abort('enough'));
    await session.run(COMMAND, { attach: readAll, signal: caller.signal });
  }

  async #hostRun(session: Session): Promise<void> {
    const { id } = await session.beginRun(REQUEST);
    await turns(3);
    await session.finishRun(id);
  }

  async #reopen(session: Session): Promise<void> {
    this.#session = this.#open();
    await session[Symbol.asyncDispose]();
  }
}

async function readAll({ stdout, stderr }: RemoteProcess): Promise<void> {
  for (const output of [stdout, stderr]) for await (const _ of output);
}

async function settles(call: Promise<unknown>): Promise<boolean> {
  return call.then(
    () => true,
    () => false,
  );
}

/** A person and a last session put everything right. */
async function wrapUp(play: Play, mode: SessionMode): Promise<void> {
  const { world } = play;
  for (let attempt = 0; attempt < 6; attempt += 1) {
    world.pass(25 * 3600 * 1000);
    const { session } = play;
    try {
      await (mode === 'remote' ? session.bringHome() : session.sync());
      return;
    } catch {
      const isGivenUp = await settles(world.giveUp(() => session.discard()));
      if (!isGivenUp && !(await settles(session.resume('retry'))))
        await settles(session.remove({ discard: false }));
    }
  }
  world.wrongs.push('a last session does not get to the end');
}

test.each<SessionMode>(['mirror', 'remote'])(
  '%s: with faults at every call nothing is lost, every run is finished once, and nothing hangs',
  async (mode) => {
    const steps = fc.array(step, { minLength: 1, maxLength: 20, size: 'max' });
    await fc.assert(
      fc.asyncProperty(steps, faultPlan, async (chosen, planned) => {
        const plan = new FaultPlan(planned);
        const play = new Play(mode, plan);
        for (const step of chosen) await play.step(step);
        plan.stop();
        await play.settle();
        await wrapUp(play, mode);
        const { world } = play;
        const files = [...(world.sandboxes.current?.files.keys() ?? [])];
        expect({
          wrongs: world.wrongs,
          notHome: files.filter((file) => !world.host.has(file)),
          open: world.record?.runs,
          owed: world.record?.owed,
          often: [...world.began, ...world.finished].filter(([, times]) => times !== 1),
          began: [...world.began.keys()].toSorted(),
        }).toEqual({
          wrongs: [],
          notHome: [],
          open: [],
          owed: false,
          often: [],
          began: [...world.finished.keys()].toSorted(),
        });
      }),
      {
        examples: FOUND,
        ...RUNS,
        timeout: 5000,
        interruptAfterTimeLimit: 100_000,
        markInterruptAsFailure: false,
      },
    );
  },
  120_000,
);
