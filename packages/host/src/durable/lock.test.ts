import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { acquireLock, identifyProcess } from '../index.ts';

let directory: string;
let lock: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'lock-'));
  lock = path.join(directory, 'below', 'lock');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('a lock is a file that names its holder, while it is held', async () => {
  {
    await using _held = await acquireLock(lock);
    expect(JSON.parse(readFileSync(lock, 'utf8'))).toMatchObject({ ...identifyProcess(process.pid) });
    expect(readdirSync(path.dirname(lock))).toEqual(['lock']);
  }
  expect(existsSync(lock)).toBe(false);
});

test('callers in one process get it one after another, in the order they asked', async () => {
  const order: number[] = [];
  let inside = 0;
  const callers = Array.from({ length: 20 }, async (_, index) => {
    await using _held = await acquireLock(lock);
    inside += 1;
    expect(inside).toBe(1);
    order.push(index);
    await new Promise(setImmediate);
    inside -= 1;
  });
  await Promise.all(callers);
  expect(order).toEqual([...order.keys()]);
});

test('disposing twice does not give away the next caller’s lock', async () => {
  const first = await acquireLock(lock);
  const second = acquireLock(lock);
  await first[Symbol.asyncDispose]();
  await using _held = await second;
  await first[Symbol.asyncDispose]();
  expect(existsSync(lock)).toBe(true);
  await expect(acquireLock(lock, { maxWaitMs: 20 })).rejects.toMatchObject({ code: 'WORKSPACE_LOCKED' });
});

test('who gives up waiting does not keep those behind it waiting', async () => {
  const reason = new TypeError('enough');
  const controller = new AbortController();
  const first = await acquireLock(lock);
  const impatient = acquireLock(lock, { signal: controller.signal });
  const patient = acquireLock(lock);
  controller.abort(reason);
  await expect(impatient).rejects.toBe(reason);
  await expect(acquireLock(lock, { maxWaitMs: 1 })).rejects.toMatchObject({ code: 'WORKSPACE_LOCKED' });
  await first[Symbol.asyncDispose]();
  await (await patient)[Symbol.asyncDispose]();
  expect(existsSync(lock)).toBe(false);
});

test('an abort before the call takes nothing', async () => {
  const reason = new TypeError('early');
  await expect(acquireLock(lock, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  await using _held = await acquireLock(lock, { maxWaitMs: 0 });
});

const changed = (change: object) => (own: string) =>
  JSON.stringify({ ...(JSON.parse(own) as object), ...change });

test.each([
  ['of an earlier process with our pid', changed({ startTime: '1' })],
  ['of another boot', changed({ bootId: 'another' })],
  ['of a pid that does not run', changed({ pid: 2 ** 30 })],
  ['with a pid that is none', changed({ pid: -1 })],
  ['that a loss of power left empty', () => ''],
  ['that a loss of power left half written', (own: string) => own.slice(0, 20)],
])('a lock %s is taken over', async (_name, change) => {
  await leaveLock(change);
  await using _held = await acquireLock(lock, { maxWaitMs: 10_000 });
  expect(readdirSync(path.dirname(lock))).toEqual(['lock']);
});

test('a lock of another pid namespace is left alone: whether its holder lives can’t be told', async () => {
  await leaveLock(changed({ pid: 2 ** 30, pidNamespace: 'pid:[1]' }));
  await expect(acquireLock(lock, { maxWaitMs: 20 })).rejects.toMatchObject({ code: 'WORKSPACE_LOCKED' });
});

test('a lock that cannot be made is an FsError', async () => {
  const file = path.join(directory, 'file');
  writeFileSync(file, 'in the way');
  await expect(acquireLock(path.join(file, 'lock'))).rejects.toMatchObject({ name: 'FsError' });
});

/** As a holder would that died: its lock file is there, and is what `change` makes of one of ours. */
async function leaveLock(change: (own: string) => string): Promise<void> {
  const held = await acquireLock(lock);
  const text = change(readFileSync(lock, 'utf8'));
  await held[Symbol.asyncDispose]();
  writeFileSync(lock, text);
}
