import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { openWorld, whyNot, type World } from './gateway-local-world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const isUnavailable =
  (await whyNot('bwrap', 'self')) !== undefined && (await whyNot('unshare', 'self')) !== undefined;
const NAME = 'transfer';

describe.skipIf(isUnavailable)('exec, upload and download', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
    await world.must('sandbox', 'create', '--name', NAME);
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  const exec = (script: string, options: readonly string[] = [], input = '') =>
    world.run(['sandbox', 'exec', '-n', NAME, ...options, '--', 'sh', '-c', script], {}, { input });
  const inside = async (script: string) => (await exec(script)).stdout.trim();
  const made = (name: string) => {
    const directory = path.join(world.home, name);
    mkdirSync(path.join(directory, 'sub/empty'), { recursive: true });
    writeFileSync(path.join(directory, 'file'), name, { mode: 0o640 });
    writeFileSync(path.join(directory, 'sub/run'), '#!/bin/sh\n', { mode: 0o755 });
    symlinkSync('nowhere', path.join(directory, 'dangling'));
    return directory;
  };

  test.each([
    ['status, outputs and input are the command’s (§1.4)', 'cat; echo err >&2; exit 7', [], 7, 'in', 'err\n'],
    ['it starts in the workspace (§2.5)', 'pwd', [], 0, '/sandbox\n', ''],
    ['or where it is told to (§1.10)', 'pwd', ['--workdir', '/tmp'], 0, '/tmp\n', ''],
    ['a variable reaches it (§1.10)', 'echo "$A"', ['--env', "A=it's b"], 0, "it's b\n", ''],
    ['one that a signal ended is 1 (§2.4)', 'kill -9 $$', [], 1, '', ''],
    ['a name that is no variable’s is refused (§1.10)', 'true', ['--env', 'A-B=c'], 1, '', 'not KEY=VALUE'],
  ])('exec: %s', async (_, script, options, code, stdout, stderr) => {
    const ended = await exec(script, options, 'in');
    expect(ended).toEqual({ code, stdout, stderr: expect.stringContaining(stderr) });
  });

  test('exec: 4 MiB of input are taken, one byte more is refused (§1.10)', async () => {
    const limit = 4 * 1024 * 1024;
    expect(await exec('wc -c', [], 'x'.repeat(limit))).toMatchObject({ code: 0, stdout: `${limit}\n` });
    expect(await exec('wc -c', [], 'x'.repeat(limit + 1))).toMatchObject({ code: 1, stdout: '' });
  });

  test('exec: at its timeout it is 124, and the command lives on (§1.4, §2.5)', async () => {
    const ended = await exec('sleep 7654 & echo $! >sleeper; wait', ['--timeout', '1']);
    expect(ended.code).toBe(124);
    expect(await inside('kill $(cat sleeper) && echo lived')).toBe('lived');
  });

  test('exec: what its profile prints comes along (§2.5)', async () => {
    await inside('echo "echo noise" >~/.profile');
    expect(await inside('echo said')).toBe('noise\nsaid');
    await inside('true; rm ~/.profile');
    expect(await inside('echo said')).toBe('said');
  });

  test('exec: more than 1,024 words, or one of more than 32 KiB, are refused (§1.10)', async () => {
    const run = (words: readonly string[]) =>
      world.run(['sandbox', 'exec', '-n', NAME, '--', 'echo', ...words]);
    expect(await run(Array.from({ length: 1023 }, () => 'x'))).toMatchObject({ code: 0 });
    expect(await run(Array.from({ length: 1024 }, () => 'x'))).toMatchObject({ code: 1 });
    expect(await run(['x'.repeat(32 * 1024 + 1)])).toMatchObject({ code: 1 });
  });

  test.each([
    ['a directory lands under its own name', ['.'], 'up-1', 'up-1/up-1'],
    ['also with a slash behind it', ['./'], 'up-2/', 'up-2/up-2'],
    ['and with a slash and a dot', ['./'], 'up-3/.', 'up-3/up-3'],
  ])('upload: %s (§1.8)', async (_, __, local, landed) => {
    const directory = made(local.replace(/\/.*/, ''));
    const target = path.basename(directory);
    await world.must('sandbox', 'upload', NAME, local, target);
    expect(await inside(`cat ${landed}/file; ls ${landed}/sub; readlink ${landed}/dangling`)).toBe(
      `${target}empty\nrun\nnowhere`,
    );
  });

  test('upload: a dot goes flat, and the directory gets the mode of the host’s (§1.8)', async () => {
    const directory = made('flat');
    chmodSync(directory, 0o700);
    await world.run(['sandbox', 'upload', NAME, '.', 'flat', '--no-git-ignore'], {}, { cwd: directory });
    expect(await inside('cd flat && cat file && stat -c %a . file sub/run')).toBe('flat700\n640\n755');
  });

  test.each([
    ['takes the destination’s name', 'new/name', 'new/name'],
    ['goes into what ends in a slash', 'dir/', 'dir/one'],
  ])('upload: a file %s, as by cp (§1.8)', async (_, destination, landed) => {
    writeFileSync(path.join(world.home, 'one'), 'one');
    await world.must('sandbox', 'upload', NAME, 'one', destination, '--no-git-ignore');
    expect(await inside(`cat ${landed}`)).toBe('one');
  });

  test('upload: in a repository git decides, and a file’s destination is a directory (§1.8)', async () => {
    const directory = made('repo');
    execFileSync('git', ['init', '-q'], { cwd: directory });
    writeFileSync(path.join(directory, '.gitignore'), 'sub\n');
    await world.run(['sandbox', 'upload', NAME, '.', 'repo'], {}, { cwd: directory });
    await world.run(['sandbox', 'upload', NAME, 'file', 'renamed'], {}, { cwd: directory });
    expect(await inside('ls -A repo; ls renamed')).toBe('.gitignore\ndangling\nfile\nfile');
  });

  test('upload: a FIFO ends it (§1.8)', async () => {
    const directory = made('special');
    execFileSync('mkfifo', [path.join(directory, 'pipe')]);
    const args = ['sandbox', 'upload', NAME, '.', 'special', '--no-git-ignore'];
    const { code, stderr } = await world.run(args, {}, { cwd: directory });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('unsupported file type for upload: pipe'),
    });
  });

  test('download: a directory’s contents are merged into the destination (§1.9)', async () => {
    await inside(
      'mkdir -p d/sub; echo new >d/file; ln -s /etc/passwd d/link; ln d/file d/second; chmod 700 d/sub',
    );
    const to = path.join(world.home, 'down');
    mkdirSync(to);
    writeFileSync(path.join(to, 'file'), 'old');
    writeFileSync(path.join(to, 'kept'), 'kept');
    await world.must('sandbox', 'download', NAME, 'd', to);
    expect(readdirSync(to).toSorted()).toEqual(['file', 'kept', 'link', 'second', 'sub']);
    expect(readFileSync(path.join(to, 'file'), 'utf8')).toBe('new\n');
    expect(readlinkSync(path.join(to, 'link'))).toBe('/etc/passwd');
    expect(statSync(path.join(to, 'sub')).mode & 0o777).toBe(0o700);
  });

  test('download: a link that was there is replaced, not written through', async () => {
    await inside('mkdir -p through; echo evil >through/file');
    const to = path.join(world.home, 'through');
    mkdirSync(to);
    const outside = path.join(world.home, 'outside');
    writeFileSync(outside, 'safe');
    symlinkSync(outside, path.join(to, 'file'));
    await world.must('sandbox', 'download', NAME, 'through', to);
    expect(readFileSync(outside, 'utf8')).toBe('safe');
    expect(lstatSync(path.join(to, 'file')).isFile()).toBe(true);
  });

  test('download: a file lands as by cp, under the name of what a link leads to (§1.9)', async () => {
    await inside('echo text >target; ln -sf target alias');
    const to = path.join(world.home, 'into');
    mkdirSync(to);
    await world.must('sandbox', 'download', NAME, 'alias', to);
    expect(readdirSync(to)).toEqual(['target']);
    await world.must('sandbox', 'download', NAME, '/sandbox/target', path.join(to, 'renamed'));
    expect(readFileSync(path.join(to, 'renamed'), 'utf8')).toBe('text\n');
  });

  test.each([
    ['outside the workspace', '/etc/passwd', 'is outside the sandbox workspace (/sandbox)'],
    ['a link that leads out of it', 'escape', "resolves to '/etc', outside the sandbox workspace (/sandbox)"],
    ['what is not there', 'nope', "sandbox source path 'nope' does not exist"],
  ])('download: %s is refused (§1.9)', async (_, source, words) => {
    await inside('ln -sfn /etc escape');
    const { code, stderr } = await world.run([
      'sandbox',
      'download',
      NAME,
      source,
      path.join(world.home, 'no'),
    ]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(words) });
    expect(existsSync(path.join(world.home, 'no'))).toBe(false);
  });

  test('all three are refused while the sandbox is not Ready (§1.5)', async () => {
    await world.must('sandbox', 'create', '--name', 'asleep');
    await world.must('sandbox', 'stop', 'asleep');
    for (const [args, words] of [
      [['exec', '-n', 'asleep', '--', 'true'], "sandbox 'asleep' is not ready (phase: Stopped)"],
      [['upload', 'asleep', world.home], 'sandbox is not ready'],
      [['download', 'asleep', '.'], 'sandbox is not ready'],
    ] as const) {
      const { code, stderr } = await world.run(['sandbox', ...args]);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(words) });
    }
  });
});
