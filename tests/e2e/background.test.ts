import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Bench, createBench } from './clamshell.ts';
import { runForJson } from './command-json.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const spawned = async (script: string): Promise<string> => {
  const { value } = await runForJson(bench, 'spawn', { args: ['--', 'sh', '-c', script] });
  return (value['command'] as { id: string }).id;
};

describe('commands in the background', () => {
  test('one sees the host’s files, shows in ps, is attached to, and its files come home', async () => {
    await writeFile(path.join(bench.workspace, 'in.txt'), 'from the host\n');
    const id = await spawned(
      'cat in.txt; until test -e go; do sleep 0.05; done; echo done | tee out.txt; exit 7',
    );
    const { value } = await runForJson(bench, 'ps');
    expect(value['commands']).toEqual([expect.objectContaining({ id, state: 'running' })]);
    const attached = bench.clamshell(['attach', '-q', id]);
    expect((await bench.run('touch', 'go')).code).toBe(0);
    expect(await attached).toMatchObject({ code: 7, stdout: 'from the host\ndone\n' });
    expect(await readFile(path.join(bench.workspace, 'out.txt'), 'utf8')).toBe('done\n');
    expect((await runForJson(bench, 'attach', { args: [id] })).value).toMatchObject({
      exitCode: 7,
      output: { text: 'from the host\ndone\n' },
    });
  });

  test('one that is killed ends with all it started', async () => {
    const id = await spawned('sleep 1000 & sleep 1000');
    expect((await runForJson(bench, 'kill', { args: [id, '--signal', 'KILL'] })).value).toMatchObject({ id });
    expect((await bench.clamshell(['ps', '-q'])).stdout).toMatch(new RegExp(`^${id}  exit 137`, 'm'));
  });

  test('what is not there, and what can’t be sent, is said', async () => {
    const missing = await runForJson(bench, 'attach', { args: ['0'.repeat(8)] });
    expect(missing).toMatchObject({ code: 125, value: { error: { code: 'PROCESS_NOT_FOUND' } } });
    const wrong = await runForJson(bench, 'kill', { args: ['x', '--signal', 'STOP'] });
    expect(wrong).toMatchObject({ code: 125, value: { error: { code: 'CONFIG_INVALID' } } });
  });
});

test('the gateway’s log', async () => {
  const { value } = await runForJson(bench, 'logs', { args: ['-n', '5'] });
  expect(value['text']).toMatch(/\n$/);
});
