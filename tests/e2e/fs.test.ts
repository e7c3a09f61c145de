import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { type Bench, createBench } from './clamshell.ts';
import { runForJson } from './command-json.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
  await bench.run(
    'sh',
    '-c',
    'mkdir d; printf "one\\ntwo\\n" >d/a.txt; ln -s /etc/hostname out; chmod 640 d/a.txt',
  );
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const json = async (command: string, ...args: string[]) => (await runForJson(bench, command, { args })).value;

test('queries say what is in the sandbox', async () => {
  expect((await bench.clamshell(['fs', 'cat', '-q', 'd/a.txt'])).stdout).toBe('one\ntwo\n');
  expect(await json('fs cat', '/sandbox/d/a.txt')).toMatchObject({
    content: { text: 'one\ntwo\n', encoding: 'utf8' },
  });
  expect(await json('fs ls', 'd')).toMatchObject({
    path: '/sandbox/d',
    entries: [{ name: 'a.txt', kind: 'file', size: 8, mode: '0640' }],
  });
  expect(await json('fs stat', 'd')).toMatchObject({ entry: { kind: 'directory' } });
  expect((await runForJson(bench, 'fs stat', { args: ['missing'] })).code).toBe(1);
  expect(await json('fs search', 'tw.', 'd')).toMatchObject({
    matches: [{ path: 'd/a.txt', line: 2, text: 'two' }],
  });
});

test('mutations change the sandbox, and the next sync brings them home', async () => {
  const written = await runForJson(bench, 'fs write', { args: ['new/b.txt', '--parents'], input: 'bytes' });
  expect(written.value).toMatchObject({ path: '/sandbox/new/b.txt', bytes: 5 });
  await runForJson(bench, 'fs write', { args: ['new/b.txt', '--append'], input: '+more' });
  expect(await json('info')).toMatchObject({ owed: true });
  expect(await json('fs cp', 'new/b.txt', 'new/c.txt')).toMatchObject({ to: '/sandbox/new/c.txt' });
  expect(await json('fs mv', 'new/c.txt', 'moved.txt')).toMatchObject({ ok: true });
  expect(await json('fs mkdir', 'x/y')).toMatchObject({ path: '/sandbox/x/y' });
  expect(await json('fs rm', '-r', 'd')).toMatchObject({ ok: true });
  expect(await json('sync')).toMatchObject({ pulled: { files: 2, removed: 2 } });
  expect(await readFile(path.join(bench.workspace, 'moved.txt'), 'utf8')).toBe('bytes+more');
  expect(await json('info')).toMatchObject({ owed: false });
});

test.each([
  ['fs cat', ['missing'], 'FILE_NOT_FOUND'],
  ['fs cat', ['out'], 'PATH_ESCAPES'],
  ['fs cat', ['new'], 'FILE_KIND'],
  ['fs write', ['/etc/passwd'], 'PATH_ESCAPES'],
  ['fs rm', ['new'], 'FILE_NOT_EMPTY'],
  ['fs mv', ['missing', 'there'], 'FILE_NOT_FOUND'],
])('%s %j fails with %s', async (command, args, code) => {
  expect(await runForJson(bench, command, { args, input: '' })).toMatchObject({
    code: 125,
    value: { error: { code } },
  });
});
