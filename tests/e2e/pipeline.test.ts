import { execFile } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { createBench } from './clamshell.ts';

const EXAMPLE = path.resolve(import.meta.dirname, '../../examples/pipeline');
const CLI = path.resolve(import.meta.dirname, '../../apps/cli/dist/main.js');

test(
  'the example pipeline runs as it stands, and stops where a step fails',
  { timeout: 120_000 },
  async () => {
    await using bench = await createBench();
    await cp(EXAMPLE, bench.workspace, { recursive: true });
    const env = { ...process.env, XDG_STATE_HOME: bench.state, CLAMSHELL: `${process.execPath} ${CLI}` };
    const run = () => promisify(execFile)('./pipeline.sh', { cwd: bench.workspace, env });
    const { stdout } = await run();
    expect(stdout).toBe('== build\n== test\n== pack\n== done\n');
    const report = JSON.parse(await readFile(path.join(bench.workspace, 'report.json'), 'utf8')) as object;
    expect(report).toMatchObject({ steps: ['build', 'test', 'pack'] });

    await writeFile(path.join(bench.workspace, 'src', 'app.sh'), '#!/bin/sh\nexit 9\n');
    await expect(run()).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('step test ended with 1'),
    });
  },
);
