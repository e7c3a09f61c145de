import { once } from 'node:events';
import { execFileSync } from 'node:child_process';
import { chmod, lstat, mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Bench, collect, createBench } from './clamshell.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const onHost = (...parts: string[]) => path.join(bench.workspace, ...parts);

describe('clamshell run', () => {
  test('takes files in and brings what changed home, whatever kind they are', async () => {
    await mkdir(onHost('empty'));
    await mkdir(onHost('src'));
    await writeFile(onHost('src', 'a.txt'), 'from the host\n');
    await writeFile(
      onHost('tool.sh'),
      '#!/bin/sh\ncat src/a.txt >out.txt; mkdir made; ln -s ../out.txt made/link; chmod +x out.txt\n',
    );
    await chmod(onHost('tool.sh'), 0o755);
    await symlink('src/a.txt', onHost('link'));
    const script = 'test -d empty && test -x tool.sh && test "$(readlink link)" = src/a.txt && ./tool.sh';
    expect(await bench.run('sh', '-c', script)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await readFile(onHost('out.txt'), 'utf8')).toBe('from the host\n');
    expect((await lstat(onHost('out.txt'))).mode & 0o100).toBe(0o100);
    expect(await readlink(onHost('made', 'link'))).toBe('../out.txt');
  });

  test.each([0, 1, 3, 77, 125, 126, 127, 255])('ends with the command’s own exit code %i', async (code) => {
    expect((await bench.run('sh', '-c', `exit ${code}`)).code).toBe(code);
  });

  test('stdin, stdout and stderr are the command’s own', async () => {
    const ended = await bench.clamshell(['run', '-q', '--', 'sh', '-c', 'sort; echo done >&2'], 'b\na\n');
    expect(ended).toEqual({ code: 0, stdout: 'a\nb\n', stderr: 'done\n' });
  });

  test('arguments arrive byte for byte', async () => {
    const words = ['', ' ', "it's", '$HOME', '`id`', 'a\nb', '-n', '--', '*', '日本', '\\'];
    const ended = await bench.run('sh', '-c', 'for word; do printf "<%s>" "$word"; done', 'sh', ...words);
    expect(ended.stdout).toBe(words.map((word) => `<${word}>`).join(''));
  });

  test('a missing program is 127, with the shell’s words', async () => {
    const ended = await bench.run('no-such-program');
    expect(ended.code).toBe(127);
    expect(ended.stderr).toContain('no-such-program');
  });

  test('our own lines go to stderr, and --quiet silences them', async () => {
    await writeFile(onHost('noise.txt'), 'x');
    const loud = await bench.clamshell(['run', '--', 'echo', 'hi']);
    expect(loud.stdout).toBe('hi\n');
    expect(loud.stderr).toMatch(/^clamshell: → sandbox: 1 changed/m);
    await writeFile(onHost('noise.txt'), 'xy');
    expect(await bench.run('echo', 'hi')).toEqual({ code: 0, stdout: 'hi\n', stderr: '' });
  });

  test('with --json one object holds the command’s output and what moved', async () => {
    await writeFile(onHost('json.txt'), 'x');
    const ended = await bench.clamshell([
      'run',
      '--json',
      '-q',
      '--',
      'sh',
      '-c',
      'rm json.txt; echo out; echo err >&2; exit 4',
    ]);
    expect(ended.code).toBe(4);
    const result = JSON.parse(ended.stdout) as Record<string, unknown>;
    expect(result).toMatchObject({
      ok: true,
      exitCode: 4,
      stdout: { text: 'out\n', encoding: 'utf8', truncated: false },
      stderr: { text: 'err\n' },
      before: { pushed: { files: 1 } },
      after: { pulled: { removed: 1 } },
    });
    await expect(lstat(onHost('json.txt'))).rejects.toThrow('ENOENT');
  });

  test('captured output is cut at its cap, and says so', async () => {
    const ended = await bench.clamshell(['run', '--json', '-q', '--', 'head', '-c', '3000000', '/dev/zero']);
    const { stdout } = JSON.parse(ended.stdout) as { stdout: { text: string; truncated: boolean } };
    expect([stdout.text.length, stdout.truncated]).toEqual([1024 * 1024, true]);
  });

  test('a reader that leaves early is no error', async () => {
    const child = bench.start([
      'run',
      '-q',
      '--',
      'sh',
      '-c',
      'i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done; exit 5',
    ]);
    child.stdin?.end();
    child.stdout?.once('data', () => child.stdout?.destroy());
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(5);
  });

  test('Ctrl-C ends the command with all its children and brings its files home', async () => {
    const child = bench.start([
      'run',
      '--',
      'sh',
      '-c',
      'echo partial >partial.txt; echo started; sleep 4242 & sleep 4242',
    ]);
    const ended = collect(child);
    await new Promise<void>((resolve) =>
      child.stdout?.on('data', (chunk: string) => chunk.includes('started') && resolve()),
    );
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    expect(await readFile(onHost('partial.txt'), 'utf8')).toBe('partial\n');
    expect((await bench.run('sh', '-c', 'ps ax 2>/dev/null | grep -c "[s]leep 4242"')).stdout).toBe('0\n');
  });
});

describe('what the sandbox can’t do', () => {
  test('read a canary in the home directory of the host', async () => {
    const canary = path.join(bench.state, 'canary.txt');
    await writeFile(canary, 'secret');
    const ended = await bench.run('cat', canary);
    expect(ended.code).not.toBe(0);
    expect(ended.stdout).toBe('');
  });

  test('reach a server on this machine', async () => {
    const server = createServer((socket) => socket.end('reached')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as { port: number };
      const probe = `require('net').connect(${port}, '127.0.0.1').on('data', (d) => console.log(String(d))).on('error', (e) => process.exit(9))`;
      expect(await bench.run('node', '-e', probe)).toMatchObject({ code: 9, stdout: '' });
    } finally {
      server.close();
    }
  });

  test('see the host’s environment', async () => {
    process.env['CLAMSHELL_TEST_SECRET'] = 'leaked';
    expect((await bench.run('env')).stdout).not.toContain('leaked');
  });

  test('plant a hook that the host’s git would run', async () => {
    execFileSync('git', ['-C', bench.workspace, 'init', '-q']);
    const plant =
      'printf "#!/bin/sh\\ntouch /tmp/owned\\n" >.git/hooks/post-commit; chmod +x .git/hooks/post-commit; echo "[core] pager=id" >>.git/config';
    const ended = await bench.clamshell(['run', '--', 'sh', '-c', plant]);
    expect(ended.stderr).toContain('withheld: .git/hooks/post-commit');
    await expect(lstat(onHost('.git', 'hooks', 'post-commit'))).rejects.toThrow('ENOENT');
    expect(await readFile(onHost('.git', 'config'), 'utf8')).not.toContain('pager');
  });
});

describe('the other commands', () => {
  test('status shows what would move, sync moves it, and then nothing is left', async () => {
    await writeFile(onHost('later.txt'), 'x');
    expect((await bench.clamshell(['status'])).stdout).toMatch(/^\+ → later\.txt$/m);
    expect((await bench.clamshell(['sync'])).code).toBe(0);
    expect((await bench.clamshell(['status', '-q'])).stdout).toBe('');
  });

  test('ls lists the sandbox as ours', async () => {
    expect((await bench.clamshell(['ls'])).stdout).toMatch(/^oc-[0-9a-f]{16}\s+ready\s+ours$/m);
  });

  test('rm brings the workspace home first, and a later run starts afresh', async () => {
    await bench.run('sh', '-c', '(sleep 1; echo late >late.txt) >/dev/null 2>&1 &');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect((await bench.clamshell(['rm'])).code).toBe(0);
    expect(await readFile(onHost('late.txt'), 'utf8')).toBe('late\n');
    expect((await bench.clamshell(['ls'])).stdout).toBe('');
    expect((await bench.run('cat', 'late.txt')).stdout).toBe('late\n');
  });

  test.each([
    [['run', '-C', '/no/such/dir', '--', 'true'], 125, 'WORKSPACE_INVALID'],
    [['run', '--timeout', '0', '--', 'true'], 125, 'CONFIG_INVALID'],
    [['run', '--provider', 'openshell', '--', 'true'], 125, 'GATEWAY_EXECUTABLE_MISSING'],
    [['run', '--bogus', '--', 'true'], 2, 'unknown option'],
    [['frobnicate'], 2, 'unknown command'],
    [['run'], 2, 'missing required argument'],
  ])('%j fails with %i and says why', async (args, code, words) => {
    const ended = await bench.clamshell(args);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(words);
    expect(ended.stdout).toBe('');
  });

  test('every command has help with an example or a description', async () => {
    for (const command of ['run', 'sync', 'status', 'ls', 'rm']) {
      const ended = await bench.clamshell([command, '--help']);
      expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining(`Usage: clamshell ${command}`)]);
    }
  });
});
