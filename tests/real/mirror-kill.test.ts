import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test, vi } from 'vitest';

import { World } from './mirror-world.ts';

const ROUNDS = 12;
const FILES = 40;

/** Begins a sync in a process of its own; resolves when it is about to begin. */
async function startWorker(world: World): Promise<ChildProcess> {
  const worker = new URL('mirror-worker.ts', import.meta.url);
  const child = fork(worker, [world.host, world.sandbox, world.state], {
    execArgv: ['--conditions=@clamshell/source'],
  });
  await once(child, 'message');
  return child;
}

/** Edits, additions, removals, conflicts and changes of kind on both sides; gives every content that must survive. */
function edit(world: World, round: number): ReadonlySet<string> {
  for (let index = 0; index < FILES; index += 1) {
    const name = `d${index % 5}/f${index}`;
    const label = `${round} ${index}`;
    if (index % 4 === 0) world.write('host', name, `host ${label}`);
    if (index % 4 === 1) world.write('sandbox', name, `sandbox ${label}`);
    if (index % 16 === 0) world.write('sandbox', name, `sandbox loses ${label}`);
    world.write(index % 2 === 0 ? 'host' : 'sandbox', `new/${round}/${index}`, `new ${label}`);
  }
  const [remover, other] = round % 2 === 0 ? (['host', 'sandbox'] as const) : (['sandbox', 'host'] as const);
  if (world.has(remover, `new/${round - 1}`)) world.remove(remover, `new/${round - 1}`);
  replaceKind(world, other, round);
  return new Set([...world.contents('host'), ...world.contents('sandbox')]);
}

function replaceKind(world: World, half: 'host' | 'sandbox', round: number): void {
  if (world.has(half, 'kind')) world.remove(half, 'kind');
  if (round % 2 === 0) world.write(half, 'kind', `a file ${round}`);
  else world.write(half, 'kind/x', `a directory ${round}`);
}

/** The sandbox's programs outlive the sync that began them: a file may be on its way while it is looked for. */
async function expectKept(world: World, contents: ReadonlySet<string>, when: string): Promise<void> {
  await vi.waitFor(() => {
    const there = world.allContents();
    expect(
      [...contents].filter((content) => !there.has(content)),
      when,
    ).toEqual([]);
  });
}

async function settle(world: World): Promise<void> {
  // What a killed sync had under way in the sandbox may still end while the next one looks.
  for (let count = 0; count < 5; count += 1) {
    const { problems, pushed, pulled } = await world.sync();
    if (problems.length + pushed.files + pushed.removed + pulled.files + pulled.removed === 0) break;
    await sleep(50);
  }
  expect(world.snapshot('sandbox')).toEqual(world.snapshot('host'));
}

test(
  `a sync killed at any moment loses nothing, and the next one finishes (${ROUNDS} times)`,
  { timeout: 240_000 },
  async () => {
    using world = new World();
    edit(world, 0);
    const first = await startWorker(world);
    const started = performance.now();
    await once(first, 'exit');
    const usualMs = performance.now() - started;
    await settle(world);
    const ends = new Set<unknown>();
    for (let round = 1; round <= ROUNDS; round += 1) {
      const contents = edit(world, round);
      const child = await startWorker(world);
      const exited = once(child, 'exit') as Promise<[number | null]>;
      await sleep((usualMs * 1.2 * round) / ROUNDS);
      child.kill('SIGKILL');
      const [code] = await exited;
      ends.add(code);
      await expectKept(world, contents, `round ${round}`);
      await settle(world);
      await expectKept(world, contents, `round ${round}, after the next sync`);
      expect(fs.readdirSync(world.at('host', '.clamshell/staging'))).toEqual([]);
    }
    expect(ends, 'most were killed before their end').toContain(null);
  },
);
