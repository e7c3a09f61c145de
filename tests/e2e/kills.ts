import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'vitest';

import { type Bench, collect } from './clamshell.ts';

/** Files of a side by digest, apart from what the mirror keeps for itself. */
const SUMS = 'find . -path ./.clamshell -prune -o -type f -print0 | sort -z | xargs -0 sha256sum';

/**
 * One run whose host process is killed at `point`. Then another process syncs, and every byte that either side had
 * written is on both, with nothing owed and no run open. Resolves with whether the kill hit before the run was over.
 */
export async function killRun(bench: Bench, point: string, name: string): Promise<boolean> {
  await writeFile(path.join(bench.workspace, `host-${name}`), `of the host, ${name}\n`);
  const script = `echo one >box-${name}; mkdir -p made && echo two >made/${name}; sleep 0.3; echo three >>box-${name}`;
  const isHit = await killed(bench, ['run', '-q', '--', 'sh', '-c', script], point);
  await recover(bench);
  const box = await readFile(path.join(bench.workspace, `box-${name}`), 'utf8').catch(() => undefined);
  // Cut short at most; what the run had got to when its own sync began is whole.
  expect([undefined, 'one\n', 'one\nthree\n']).toContain(box);
  if (!isHit || /^(?:finishing|closing)/.test(point)) expect(box).toBe('one\nthree\n');
  return isHit;
}

/** A removal that is killed, then asked for once more: what only the sandbox had is at home. */
export async function killRemoval(bench: Bench, point: string, name: string): Promise<boolean> {
  // Written after the run's last sync, so that only the removal brings it home.
  const late = `(until test -e go; do sleep 0.05; done; echo late >late-${name}) >/dev/null 2>&1 & echo $! >pid`;
  expect((await bench.run('sh', '-c', late)).code).toBe(0);
  const wait = `touch go; while kill -0 $(cat pid) 2>/dev/null; do sleep 0.05; done`;
  expect((await bench.run('sh', '-c', wait)).code).toBe(0);
  const isHit = await killed(bench, ['rm', '-q'], point);
  const again = await bench.clamshell(['rm']);
  expect([again.code, again.stderr]).toEqual([0, expect.any(String)]);
  expect(await readFile(path.join(bench.workspace, `late-${name}`), 'utf8')).toBe('late\n');
  expect((await bench.clamshell(['ls'])).stdout).toBe('');
  return isHit;
}

async function killed(bench: Bench, args: readonly string[], point: string): Promise<boolean> {
  const child = bench.start(args, { env: { CLAMSHELL_DEBUG_KILL_AT: point } });
  child.stdin?.end();
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const { stderr } = await collect(child);
  const [code, signal] = await exited;
  expect([0, null], stderr).toContain(code);
  return signal === 'SIGKILL';
}

async function recover(bench: Bench): Promise<void> {
  const synced = await bench.clamshell(['sync']);
  expect([synced.code, synced.stderr]).toEqual([0, expect.any(String)]);
  const inside = await bench.run('sh', '-c', SUMS);
  const outside = sumsOf(bench.workspace);
  expect(inside.stdout).toBe(outside);
  const [record = '{}'] = await Promise.all(
    (await recordsOf(bench.state)).map((file) => readFile(file, 'utf8')),
  );
  expect(JSON.parse(record)).toMatchObject({ record: { owed: false, runs: [] } });
}

function sumsOf(directory: string): string {
  return execFileSync('sh', ['-c', SUMS], { cwd: directory, encoding: 'utf8' });
}

async function recordsOf(state: string): Promise<string[]> {
  const directory = path.join(state, 'clamshell', 'sessions');
  return (await readdir(directory))
    .filter((name) => name.endsWith('.json'))
    .map((name) => path.join(directory, name));
}
