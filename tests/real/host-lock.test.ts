import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { acquireLock, identifyProcess, isProcessAlive } from '@clamshell/host';

const WORKER = fileURLToPath(new URL('host-lock-worker.ts', import.meta.url));

let directory: string;
let workers: Worker[];

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'host-lock-'));
  workers = [];
  writeFileSync(path.join(directory, 'counter'), '00000000');
});
afterEach(() => {
  for (const { child } of workers) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

interface Worker {
  readonly child: ChildProcess;
  readonly words: string[];
  readonly ended: Promise<unknown>;
}

function start(mode: 'hold' | 'count', rounds = 0): Worker {
  const args = ['--conditions=@clamshell/source', WORKER, directory, mode, String(rounds)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const words: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => words.push(line));
  const worker = { child, words, ended: once(child, 'close') };
  workers.push(worker);
  return worker;
}

async function says(worker: Worker, word: string): Promise<void> {
  const { child } = worker;
  while (!worker.words.includes(word) && child.exitCode === null && child.signalCode === null) await sleep(5);
}

const counted = () => Number(readFileSync(path.join(directory, 'counter'), 'utf8'));
const left = () => readdirSync(directory).filter((name) => name.startsWith('lock'));

test('several processes count under the lock while its holders are killed, and no count is lost', async () => {
  const doomed = [start('hold'), start('hold')];
  const counters = Array.from({ length: 4 }, () => start('count', 40));
  for (const each of doomed) void says(each, 'held').then(() => each.child.kill('SIGKILL'));
  await Promise.all(workers.map(({ ended }) => ended));
  expect(counters.map(({ words }) => words)).toEqual(counters.map(() => ['done']));
  expect(doomed.map(({ child }) => child.signalCode)).toEqual(['SIGKILL', 'SIGKILL']);
  expect(counted()).toBe(4 * 40);
  // The last of them all to hold it may have been one that was killed.
  await (await acquireLock(path.join(directory, 'lock'), { maxWaitMs: 10_000 }))[Symbol.asyncDispose]();
  expect(left()).toEqual([]);
});

test('processes killed at any moment never let two in at once', async () => {
  const survivors = [start('count', 150), start('count', 150)];
  const over = Promise.all(survivors.map(({ ended }) => ended));
  const areCounting = () => survivors.some(({ child }) => child.exitCode === null);
  for (let victim = 0; areCounting() && victim < 12; victim += 1) {
    const { child, ended } = start('count', 100_000);
    await Promise.race([over, sleep(120 + 13 * victim)]);
    child.kill('SIGKILL');
    await ended;
  }
  await over;
  expect(workers.flatMap(({ words }) => words)).toEqual(['done', 'done']);
  await using _lock = await acquireLock(path.join(directory, 'lock'), { maxWaitMs: 10_000 });
});

test('a lock that a dead takeover holder left is taken over too', async () => {
  const lock = path.join(directory, 'lock');
  const dead = start('hold');
  await says(dead, 'held');
  for (const suffix of ['.takeover', '.takeover.takeover']) writeFileSync(lock + suffix, readFileSync(lock));
  dead.child.kill('SIGKILL');
  await dead.ended;
  await using _lock = await acquireLock(lock, { maxWaitMs: 10_000 });
  expect(left()).toEqual(['lock']);
});

test('a living holder is waited for, and not for longer than was said', async () => {
  const lock = path.join(directory, 'lock');
  const holder = start('hold');
  await says(holder, 'held');
  const failure = { name: 'FsError', code: 'WORKSPACE_LOCKED', context: { pid: holder.child.pid } };
  await expect(acquireLock(lock, { maxWaitMs: 50 })).rejects.toMatchObject(failure);
  const reason = new TypeError('enough');
  await expect(acquireLock(lock, { signal: abortedSoon(reason) })).rejects.toBe(reason);
  expect(existsSync(lock)).toBe(true);
});

function abortedSoon(reason: Error): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 50);
  return controller.signal;
}

test('a process that was killed and not yet waited for is not alive', async () => {
  const zombieMaker = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [output] = (await once(zombieMaker.stdout, 'data')) as [Buffer];
    const pid = Number(output.toString());
    while (identifyProcess(pid) !== undefined) await sleep(5);
    expect(existsSync(`/proc/${pid}`)).toBe(true);
  } finally {
    zombieMaker.kill('SIGKILL');
  }
});

test('an identity is that of one process only', async () => {
  const holder = start('hold');
  const identity = identifyProcess(holder.child.pid ?? 0);
  expect(identity).toMatchObject({ pid: holder.child.pid, startTime: expect.stringMatching(/^\d+$/) });
  if (identity === undefined) return;
  expect(isProcessAlive(identity)).toBe(true);
  expect(isProcessAlive({ ...identity, startTime: '1' })).toBe(false);
  expect(isProcessAlive({ ...identity, bootId: 'another' })).toBe(false);
  holder.child.kill('SIGKILL');
  await holder.ended;
  expect(isProcessAlive(identity)).toBe(false);
});
