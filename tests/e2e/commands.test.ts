import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openShellLocalCommand } from '@clamshell/gateway-local';

import { type Bench, collect, createBench } from './clamshell.ts';
import { checkJson, runForJson } from './command-json.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const onHost = (...parts: string[]) => path.join(bench.workspace, ...parts);
const inSandbox = (script: string) => bench.run('sh', '-c', script);

// In the order of one sandbox's life.
describe('each command, its JSON against its schema', () => {
  test('start and info before there is a sandbox', async () => {
    expect(await runForJson(bench, 'start')).toMatchObject({
      code: 125,
      value: { error: { code: 'SANDBOX_NOT_FOUND', docs: 'docs/errors.md#sandbox_not_found' } },
    });
    expect((await runForJson(bench, 'info')).value).toMatchObject({ phase: 'absent', ours: false });
    expect((await runForJson(bench, 'stop')).value).toMatchObject({ phase: 'absent' });
  });

  test('doctor without a sandbox: all well, and what could not be examined', async () => {
    const { code, value } = await runForJson(bench, 'doctor');
    expect([code, value['healthy']]).toEqual([0, true]);
    expect(statuses(value)).toMatchObject({ tool: 'ok', confinement: 'ok', gateway: 'ok', ssh: 'skipped' });
  });

  test('create makes the sandbox, once', async () => {
    expect((await runForJson(bench, 'create')).value).toMatchObject({ phase: 'ready', before: 'absent' });
    expect((await runForJson(bench, 'create')).value).toMatchObject({ before: 'ready' });
    expect((await runForJson(bench, 'info')).value).toMatchObject({
      phase: 'ready',
      ours: true,
      owed: false,
    });
    expect((await runForJson(bench, 'ls')).value).toMatchObject({
      sandboxes: [{ phase: 'ready', ours: true }],
    });
  });

  test('status draws a tree, says with --exit-code whether something differs, and changes nothing', async () => {
    await mkdir(onHost('src'));
    await writeFile(onHost('src', 'a.txt'), 'a');
    await writeFile(onHost('b.txt'), 'b');
    const ended = await bench.clamshell(['status', '-q', '--exit-code']);
    expect([ended.code, ended.stdout]).toEqual([1, '+ → b.txt\n+ → src\n+ →   a.txt\n']);
    const { value } = await runForJson(bench, 'status');
    expect(value['actions']).toContainEqual({ on: 'sandbox', change: 'create', path: 'src/a.txt' });
  });

  test('push sends and brings nothing; pull brings and sends nothing', async () => {
    expect((await runForJson(bench, 'push')).value).toMatchObject({
      pushed: { files: 2 },
      pulled: { files: 0 },
    });
    const background = '(sleep 0.1; echo s >made.txt) >/dev/null 2>&1 &';
    expect((await inSandbox(background)).code).toBe(0);
    await writeFile(onHost('c.txt'), 'c');
    await expect
      .poll(async () => (await runForJson(bench, 'status')).value['actions'], {
        timeout: 20_000,
        interval: 200,
      })
      .toContainEqual({ on: 'host', change: 'create', path: 'made.txt' });
    expect((await runForJson(bench, 'push')).value).toMatchObject({
      pushed: { files: 1 },
      pulled: { files: 0 },
    });
    await writeFile(onHost('d.txt'), 'd');
    expect((await runForJson(bench, 'pull')).value).toMatchObject({
      pushed: { files: 0 },
      pulled: { files: 1 },
    });
    expect(await readFile(onHost('made.txt'), 'utf8')).toBe('s\n');
    expect((await runForJson(bench, 'sync')).value).toMatchObject({
      direction: 'both',
      pushed: { files: 1 },
    });
  });

  test('run starts where we stand, with its streams captured', async () => {
    const world = { cwd: onHost('src') };
    const { value } = await runForJson(bench, 'run', {
      args: ['--', 'sh', '-c', 'pwd; ls'],
      world,
      input: '',
    });
    // Without a clamshell.json, the directory we stand in is the workspace itself.
    expect(value).toMatchObject({ cwd: '/sandbox', stdout: { text: '/sandbox\na.txt\n' } });
    await bench.clamshell(['rm', '-q'], '', world);
    await writeFile(onHost('clamshell.json'), '{}');
    const below = await runForJson(bench, 'run', { args: ['--', 'pwd'], world });
    expect(below.value).toMatchObject({ cwd: '/sandbox/src', stdout: { text: '/sandbox/src\n' } });
  });

  test('with --json-fd the result goes there, and all three streams stay the command’s', async () => {
    const file = path.join(bench.state, 'result.json');
    const fd = openSync(file, 'w');
    const args = ['run', '-q', '--json-fd', '3', '--timings', '--', 'sh', '-c', 'cat; echo e >&2; exit 6'];
    const child = bench.start(args, { stdio: ['pipe', 'pipe', 'pipe', fd] });
    closeSync(fd);
    const ended = collect(child);
    child.stdin?.end('through\n');
    expect(await ended).toEqual({ code: 6, stdout: 'through\n', stderr: 'e\n' });
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    checkJson('run', value);
    expect(value).toMatchObject({ exitCode: 6 });
    const refused = await bench.clamshell(['run', '--json-fd', '99', '--', 'true']);
    expect([refused.code, refused.stderr]).toEqual([
      125,
      expect.stringContaining('names no open file or pipe'),
    ]);
  });

  test('run --timings draws a bar for each phase', async () => {
    const { stderr } = await bench.clamshell(['run', '--timings', '--', 'true']);
    expect(stderr).toMatch(/^clamshell: execute +█+ +\d+ ms$/m);
  });

  test('doctor on a sandbox that runs looks inside', async () => {
    expect(statuses((await runForJson(bench, 'doctor')).value)).toMatchObject({
      sandbox: 'ok',
      ssh: 'ok',
      mirror: 'ok',
    });
  });

  test('doctor where the tool is missing fails, and says how to mend it', async () => {
    const { code, value } = await runForJson(bench, 'doctor', { args: ['--provider', 'openshell'] });
    expect([code, value['healthy']]).toEqual([1, false]);
    expect(value['checks']).toContainEqual(
      expect.objectContaining({
        check: 'tool',
        status: 'failed',
        mend: expect.stringContaining('Install openshell'),
      }),
    );
  });

  test('stop brings home first; start and the next command start it again', async () => {
    expect((await runForJson(bench, 'stop')).value).toMatchObject({ phase: 'stopped', before: 'ready' });
    expect((await runForJson(bench, 'stop')).value).toMatchObject({ phase: 'stopped', before: 'stopped' });
    expect((await runForJson(bench, 'start')).value).toMatchObject({ phase: 'ready', before: 'stopped' });
    expect((await inSandbox('cat src/a.txt')).stdout).toBe('a');
  });

  test('rm', async () => {
    expect((await runForJson(bench, 'rm')).value).toMatchObject({ removed: true });
    expect((await runForJson(bench, 'rm')).value).toMatchObject({ removed: false });
  });
});

describe('adopt', () => {
  const openshell = (...args: string[]) => {
    const [file, ...first] = openShellLocalCommand();
    const env = { ...process.env, XDG_STATE_HOME: bench.state };
    return execFileSync(file, [...first, 'sandbox', ...args], { env, encoding: 'utf8', stdio: 'pipe' });
  };

  test('takes an unlabelled sandbox, whose files and ours are united', async () => {
    openshell('create', '--name', 'by-hand');
    await writeFile(onHost('ours.txt'), 'ours');
    expect(await runForJson(bench, 'adopt', { args: ['none-such'] })).toMatchObject({
      code: 125,
      value: { error: { code: 'SANDBOX_NOT_FOUND' } },
    });
    expect((await runForJson(bench, 'adopt', { args: ['by-hand'] })).value).toMatchObject({
      sandbox: 'by-hand',
    });
    expect((await inSandbox('cat ours.txt')).stdout).toBe('ours');
    expect((await runForJson(bench, 'rm')).value).toMatchObject({ sandbox: 'by-hand', removed: true });
  });

  test('never another installation’s', async () => {
    openshell('create', '--name', 'theirs', '--label', 'clamshell.installation=somebody');
    for (const [command, args] of [
      ['adopt', ['theirs']],
      ['sync', ['--sandbox', 'theirs']],
    ] as const) {
      const refused = await runForJson(bench, command, { args });
      expect(refused.value).toMatchObject({ error: { code: 'SANDBOX_OWNED_BY_OTHER' } });
    }
    openshell('delete', 'theirs');
  });
});

function statuses(value: Readonly<Record<string, unknown>>): Record<string, string> {
  const checks = value['checks'] as { check: string; status: string }[];
  return Object.fromEntries(checks.map(({ check, status }) => [check, status]));
}
