import { beforeAll, describe, expect, test } from 'vitest';

import { type Edge, firstWorld, type Setting, type World } from './world.fixture.ts';
import { edgesOf, type Scope } from './edges.fixture.ts';

/**
 * Everything by which one world may behave otherwise than another. Left out is what no later step reads: names of runs,
 * the seed in mirror mode, how much was ever given up, and the stages of a session that closes.
 */
function keyOf({ mode }: Setting, { state, pending, record, sandboxId, watch }: World): string {
  const { position } = state;
  const isOver = position.at === 'closing' || position.at === 'closed';
  const ids = new Set([...state.runs.keys(), ...(record?.runs ?? []).map(({ id }) => id)]);
  const survey = position.at === 'syncing' ? position.survey : undefined;
  const change = pending?.do === 'record' ? pending.change : undefined;
  const saved = pending?.do === 'claim' && pending.grant.by === 'saved' ? pending.grant.starts : undefined;
  const starts = survey?.starts ?? change?.starts ?? saved;
  const runs = [...ids].map((id) => {
    const open = record?.runs.find((run) => run.id === id);
    const [stage, isCommand] = isOver ? [state.runs.has(id)] : [state.runs.get(id), watch.commands.has(id)];
    const lists = [survey?.over, change?.add, change?.drop].map((list) => list?.includes(id));
    return [id === 'other', stage, open?.owner, open?.leaseUntilMs, isCommand, ...lists].join();
  });
  return JSON.stringify([
    position.at === 'syncing'
      ? { ...position, survey: position.survey.isShared, steps: position.steps.length }
      : position,
    [isOver || state.owed, isOver || mode === 'mirror' || state.seeded],
    [pending?.do, pending?.do === 'sync' && pending.step, change?.sees, mode === 'remote' && change?.seeds],
    record && [
      record.owed,
      mode === 'mirror' || record.seeded,
      record.removing,
      record.sandboxId === sandboxId,
    ],
    starts === undefined || starts === (record?.starts ?? 0),
    [watch.unseen, pending?.do === 'sync' && watch.isWrittenSince, watch.other],
    position.at === 'removing' && watch.grant?.by,
    runs.sort(),
  ]);
}

interface Walk {
  readonly worlds: readonly World[];
  /** By number of world: the numbers of those it leads to. */
  readonly next: readonly (readonly number[])[];
  readonly edges: number;
  readonly kinds: ReadonlySet<string>;
}

/** Every world that can be reached, each visited once. An edge that breaks a rule throws. */
function walk(scope: Scope): Walk {
  const numbers = new Map<string, number>();
  const worlds: World[] = [];
  const next: number[][] = [];
  const kinds = new Set<string>();
  let edges = 0;
  const ways: Way[] = [];
  const numberOf = (world: World, way: Way) => {
    const key = keyOf(scope.setting, world);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, worlds.length);
    ways.push(way);
    return worlds.push(world) - 1;
  };
  numberOf(firstWorld(scope.setting), { from: -1, name: 'open' });
  for (let index = 0; index < worlds.length; index += 1) {
    const from = worlds[index];
    if (from === undefined) break;
    const reached = lead(scope, from, () => trailTo(ways, index));
    edges += reached.length;
    for (const { name, to } of reached)
      kinds.add(`${from.state.position.at} --${name}--> ${to.state.position.at}`);
    next.push([
      ...new Set(reached.map(({ name, to }) => (to === from ? index : numberOf(to, { from: index, name })))),
    ]);
  }
  return { worlds, next, edges, kinds };
}

interface Way {
  readonly from: number;
  readonly name: string;
}

/** A broken rule tells how one gets there. */
function lead(scope: Scope, from: World, trail: () => string): Edge[] {
  try {
    return edgesOf(scope, from);
  } catch (error) {
    throw new Error(`${(error as Error).message}, after ${trail()}`, { cause: error });
  }
}

function trailTo(ways: readonly Way[], index: number): string {
  const names: string[] = [];
  for (let way = ways[index]; way !== undefined; way = ways[way.from]) names.unshift(way.name);
  return names.join(', ');
}

/** The numbers of the worlds from which a goal can be reached. */
function canReach({ worlds, next }: Walk, isGoal: (world: World) => boolean): ReadonlySet<number> {
  const back: number[][] = worlds.map(() => []);
  for (const [from, tos] of next.entries()) for (const to of tos) back[to]?.push(from);
  const reached = new Set(worlds.flatMap((world, index) => (isGoal(world) ? [index] : [])));
  for (const index of reached) for (const from of back[index] ?? []) reached.add(from);
  return reached;
}

const TIMEOUT_MS = 240_000;
const one: Setting['mounts'] = ['both'];
const several: Setting['mounts'] = ['both', 'both', 'push'];
const three = ['1', '2', '3'];

interface Case {
  readonly name: string;
  readonly scope: Scope;
  /** As many as when the table was last looked at. */
  readonly worlds: number;
  readonly edges: number;
}

const CASES: readonly Case[] = [
  {
    name: 'mirror, three runs',
    scope: { setting: { mode: 'mirror', mounts: one }, runs: three, withOther: false },
    worlds: 58_935,
    edges: 1_216_024,
  },
  {
    name: 'remote, three runs',
    scope: { setting: { mode: 'remote', mounts: one }, runs: three, withOther: false },
    worlds: 161_243,
    edges: 3_330_631,
  },
  {
    name: 'mirror, three mounts, two runs',
    scope: { setting: { mode: 'mirror', mounts: several }, runs: ['1', '2'], withOther: false },
    worlds: 31_603,
    edges: 639_812,
  },
  {
    name: 'remote, two mounts',
    scope: { setting: { mode: 'remote', mounts: ['both', 'push'] }, runs: ['1'], withOther: false },
    worlds: 14_377,
    edges: 279_062,
  },
  {
    name: 'mirror, beside another process',
    scope: { setting: { mode: 'mirror', mounts: one }, runs: ['1'], withOther: true },
    worlds: 11_359,
    edges: 225_238,
  },
  {
    name: 'remote, beside another process',
    scope: { setting: { mode: 'remote', mounts: one }, runs: ['1'], withOther: true },
    worlds: 34_005,
    edges: 673_207,
  },
];

describe.each(CASES)('$name: every world that can be reached', ({ scope, worlds, edges }) => {
  let walked: Walk;
  beforeAll(() => {
    walked = walk(scope);
  }, TIMEOUT_MS);

  test('keeps the rules on every edge', () => {
    expect({ worlds: walked.worlds.length, edges: walked.edges }).toEqual({ worlds, edges });
  });

  test('can be closed, and can become ready again unless it closes', () => {
    const closable = canReach(walked, ({ state }) => state.position.at === 'closed');
    const recoverable = canReach(walked, ({ state }) => state.position.at === 'ready');
    expect([closable.size, recoverable.size]).toEqual([worlds, worlds]);
  });

  test('can come to owe nothing, with every run finished', () => {
    const settled = canReach(walked, ({ state, record }) => {
      return state.runs.size === 0 && record?.owed === false && record.runs.length === 0;
    });
    expect(settled.size).toBe(worlds);
  });
});
