import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { parseSandboxName, type SandboxId, type SessionRecord, type SessionStore } from '@clamshell/core';

import { createFileSessionStore } from '../index.ts';

let directory: string;
let store: SessionStore;

beforeEach(() => {
  directory = path.join(mkdtempSync(path.join(tmpdir(), 'session-store-')), 'sessions');
  store = createFileSessionStore(directory);
});
afterEach(() => rmSync(path.dirname(directory), { recursive: true, force: true }));

const RECORD: SessionRecord = {
  sandboxName: parseSandboxName('oc-demo'),
  sandboxId: 'sandbox-1' as SandboxId,
  owed: true,
  runs: [{ id: 'run-1', owner: '{"pid":1}' }],
};
const KEY = 'agent:main:../../etc\n\0';

const fileName = () => readdirSync(directory)[0] ?? '';
const onlyFile = () => path.join(directory, fileName());

test('a key never written is undefined, and reading makes nothing', async () => {
  expect(await store.read(KEY)).toBeUndefined();
  expect(readdirSync(path.dirname(directory))).toEqual([]);
});

test('a record is found again, also by another store, under a name that is no part of the key', async () => {
  expect(await store.update(KEY, () => RECORD)).toEqual(RECORD);
  expect(await createFileSessionStore(directory).read(KEY)).toEqual(RECORD);
  expect(await store.read('another')).toBeUndefined();
  expect(fileName()).toMatch(/^[0-9a-f]{64}\.json$/);
  expect(statSync(onlyFile()).mode & 0o777).toBe(0o600);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
});

const FULL: SessionRecord = {
  ...RECORD,
  runs: [{ id: 'run-1', owner: 'me', leaseUntilMs: 17 }],
  starts: 3,
  seeded: true,
  removing: 'p2',
  discarded: [{ sandboxId: 'sandbox-0' as SandboxId, atMs: 5, runs: ['run-0'] }],
};

test('every field is kept, and what is not there does not come back as something', async () => {
  await store.update(KEY, () => FULL);
  expect(await store.read(KEY)).toEqual(FULL);
  await store.update(KEY, () => RECORD);
  expect(Object.keys((await store.read(KEY)) ?? {})).toEqual(Object.keys(RECORD));
});

test('a record of the first version is read, and written anew in this one', async () => {
  await store.update(KEY, () => RECORD);
  const text = readFileSync(onlyFile(), 'utf8');
  expect(text).toContain('"version": 2');
  writeFileSync(onlyFile(), text.replace('"version": 2', '"version": 1'));
  expect(await store.update(KEY, (current) => current && { ...current, seeded: true })).toEqual({
    ...RECORD,
    seeded: true,
  });
  expect(readFileSync(onlyFile(), 'utf8')).toContain('"version": 2');
});

test('a record of a later version says so, and what to do', async () => {
  await store.update(KEY, () => RECORD);
  writeFileSync(onlyFile(), readFileSync(onlyFile(), 'utf8').replace('"version": 2', '"version": 3'));
  const error: unknown = await store.read(KEY).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    message: expect.stringContaining('it has version 3, and this program knows up to 2'),
    hint: expect.stringMatching(/newer Clamshell/),
  });
});

test('undefined removes it, twice too', async () => {
  await store.update(KEY, () => RECORD);
  expect(await store.update(KEY, () => undefined)).toBeUndefined();
  expect(await store.update(KEY, () => undefined)).toBeUndefined();
  expect(await store.read(KEY)).toBeUndefined();
  expect(readdirSync(directory)).toEqual([]);
});

test('overlapping updates each see what the one before wrote', async () => {
  const add = (id: string) => (current: SessionRecord | undefined) => ({
    ...RECORD,
    runs: [...(current?.runs ?? []), { id, owner: 'me' }],
  });
  const other = createFileSessionStore(directory);
  const ids = Array.from({ length: 20 }, (_, index) => String(index));
  await Promise.all(ids.map((id, index) => (index % 2 === 0 ? store : other).update(KEY, add(id))));
  const record = await store.read(KEY);
  expect(record?.runs.map(({ id }) => Number(id)).toSorted((a, b) => a - b)).toEqual(ids.map(Number));
});

test('a change that throws changes nothing and does not block the next', async () => {
  await store.update(KEY, () => RECORD);
  const failing = store.update(KEY, () => {
    throw new TypeError('of the caller');
  });
  await expect(failing).rejects.toThrow('of the caller');
  expect(await store.update(KEY, (current) => current)).toEqual(RECORD);
});

test('an unchanged record is not written again', async () => {
  await store.update(KEY, () => RECORD);
  const before = statSync(onlyFile(), { bigint: true });
  await store.update(KEY, (current) => current);
  expect(statSync(onlyFile(), { bigint: true }).ino).toBe(before.ino);
});

const inRecord = (change: object) => (text: string) => {
  const parsed = JSON.parse(text) as { record: object };
  return JSON.stringify({ ...parsed, record: { ...parsed.record, ...change } });
};

test.each([
  ['empty', () => ''],
  ['cut short', (text: string) => text.slice(0, -20)],
  ['no object', () => '1'],
  ['of a later version', (text: string) => text.replace('"version": 2', '"version": 3')],
  ['of no version', (text: string) => text.replace('"version": 2', '"version": "2"')],
  ['of a version below the first', (text: string) => text.replace('"version": 2', '"version": 0')],
  ['of another key', (text: string) => text.replace('agent:main', 'agent:other')],
  ['without a record', () => JSON.stringify({ version: 1, key: KEY })],
  ['with a name that is none', inRecord({ sandboxName: '--' })],
  ['with an empty id', inRecord({ sandboxId: '' })],
  ['with an owed that is no boolean', inRecord({ owed: 1 })],
  ['with runs that are no list', inRecord({ runs: {} })],
  ['with a run without owner', inRecord({ runs: [{ id: '1' }] })],
  ['with a lease that is no time', inRecord({ runs: [{ id: '1', owner: 'me', leaseUntilMs: -1 }] })],
  ['with starts that are no count', inRecord({ starts: 1.5 })],
  ['with a seeded that is no boolean', inRecord({ seeded: 'yes' })],
  ['with a removing that names nobody', inRecord({ removing: null })],
  ['with discarded work that is no list', inRecord({ discarded: {} })],
  ['with discarded work without a sandbox', inRecord({ discarded: [{ atMs: 1, runs: [] }] })],
  [
    'with discarded runs that have no name',
    inRecord({ discarded: [{ sandboxId: 's', atMs: 1, runs: [2] }] }),
  ],
])('a file %s is refused and stays', async (_name, change) => {
  await store.update(KEY, () => RECORD);
  const text = change(readFileSync(onlyFile(), 'utf8'));
  writeFileSync(onlyFile(), text);
  await expect(store.read(KEY)).rejects.toMatchObject({ name: 'FsError', code: 'STATE_INVALID' });
  await expect(store.update(KEY, () => RECORD)).rejects.toMatchObject({ code: 'STATE_INVALID' });
  expect(readFileSync(onlyFile(), 'utf8')).toBe(text);
});
