import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { type Bench, createBench } from './clamshell.ts';
import { runForJson } from './command-json.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
  await writeFile(onHost('a.txt'), 'first');
  await bench.run('true');
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const onHost = (...parts: string[]) => path.join(bench.workspace, ...parts);
const json = async (command: string, ...args: string[]) => runForJson(bench, command, { args });
const writeBoth = async (host: string, sandbox: string) => {
  // While the command runs, the host changes the same file: its closing sync meets both.
  const script = `printf ${sandbox} >a.txt; printf ready; read -r line`;
  const child = bench.start(['run', '-q', '--', 'sh', '-c', script]);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  await writeFile(onHost('a.txt'), host);
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.stdin?.end('\n');
  await ended;
};

test('what a run replaced on the host is listed, put back, and put forth again', async () => {
  await bench.run('sh', '-c', 'printf second >a.txt');
  const listed = await bench.clamshell(['undo', '--list']);
  expect(listed.stdout).toMatch(/^[0-9a-f]+ {2}\d{4}-.* {2}5 B {2}a\.txt\n$/);
  expect((await json('undo')).value).toMatchObject({ undone: { moved: { files: 1 } } });
  expect(await readFile(onHost('a.txt'), 'utf8')).toBe('first');
  expect((await bench.run('cat', 'a.txt')).stdout).toBe('first');
  expect((await json('undo')).value).toMatchObject({ undone: { moved: { files: 1 } } });
  expect(await readFile(onHost('a.txt'), 'utf8')).toBe('second');
  expect(await json('undo', 'no-such-run')).toMatchObject({
    code: 125,
    value: { error: { code: 'FILE_NOT_FOUND' } },
  });
});

test('a conflict stays open until a person chooses, and the next sync carries the choice on', async () => {
  await writeBoth('host', 'sandbox');
  expect(await readFile(onHost('a.txt'), 'utf8')).toBe('host');
  expect((await bench.clamshell(['conflicts'])).stdout).toBe('! a.txt  (in place: the host’s)\n');
  expect(await json('conflicts', '--take', 'sandbox', 'b.txt')).toMatchObject({ code: 125 });
  const { value } = await json('conflicts', '--take', 'sandbox', 'a.txt');
  expect(value).toMatchObject({ conflicts: [], resolved: [{ path: 'a.txt', took: 'sandbox' }] });
  expect(await readFile(onHost('a.txt'), 'utf8')).toBe('sandbox');
  expect((await bench.run('cat', 'a.txt')).stdout).toBe('sandbox');
  expect((await bench.clamshell(['conflicts'])).stdout).toBe('');
});

test('status and sync look at the given paths alone, as seen from where we stand', async () => {
  await mkdir(onHost('below'));
  await writeFile(onHost('clamshell.json'), '{}');
  await writeFile(onHost('below', 'in.txt'), 'in');
  await writeFile(onHost('out.txt'), 'out');
  const world = { cwd: onHost('below') };
  expect((await bench.clamshell(['status', 'in.txt'], '', world)).stdout).toBe('+ → below\n+ →   in.txt\n');
  const { value } = await runForJson(bench, 'sync', { args: ['in.txt'], world });
  expect(value).toMatchObject({ pushed: { files: 1 } });
  expect((await bench.clamshell(['status', 'out.txt'], '', { cwd: bench.workspace })).stdout).toBe(
    '+ → out.txt\n',
  );
  const outside = await runForJson(bench, 'status', { args: ['../../etc'], world });
  expect(outside.value).toMatchObject({ error: { code: 'PATH_INVALID' } });
});

test('what is excluded stays where it is', async () => {
  await writeFile(onHost('clamshell.json'), '{ "mirror": { "exclude": ["*.log"] } }');
  await writeFile(onHost('debug.log'), 'noise');
  expect((await bench.run('sh', '-c', 'ls debug.log 2>/dev/null; echo mine >own.log')).stdout).toBe('');
  await expect(readFile(onHost('own.log'))).rejects.toThrow('ENOENT');
});

test('a workspace that was emptied halts; a person’s word goes on', async () => {
  await using other = await createBench();
  for (const name of ['a', 'b', 'c']) await writeFile(path.join(other.workspace, name), name);
  expect((await runForJson(other, 'resume')).value).toMatchObject({ error: { code: 'CONFIG_INVALID' } });
  await other.run('true');
  for (const name of ['a', 'b', 'c']) await rm(path.join(other.workspace, name));
  const halted = await runForJson(other, 'sync');
  expect(halted).toMatchObject({
    code: 125,
    value: { error: { code: 'SYNC_HALTED', context: { reason: 'host-root-emptied' } } },
  });
  expect((await runForJson(other, 'resume', { args: ['--take-sandbox'] })).value).toMatchObject({
    word: 'take-sandbox',
  });
  expect(await readFile(path.join(other.workspace, 'b'), 'utf8')).toBe('b');
});

test('in mode remote the sandbox is the truth until it is brought home', async () => {
  await using other = await createBench();
  await writeFile(path.join(other.workspace, 'clamshell.json'), '{ "mode": "remote" }');
  await writeFile(path.join(other.workspace, 'seed'), 'seed');
  expect((await other.run('sh', '-c', 'cat seed; printf grown >seed')).stdout).toBe('seed');
  expect(await readFile(path.join(other.workspace, 'seed'), 'utf8')).toBe('seed');
  expect((await runForJson(other, 'bring-home')).value).toMatchObject({ pulled: { files: 1 } });
  expect(await readFile(path.join(other.workspace, 'seed'), 'utf8')).toBe('grown');
});
