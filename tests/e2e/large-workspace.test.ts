import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect, test } from 'vitest';

import { createBench } from './clamshell.ts';

const FILES = 10_000;
const BYTES = 5_000;

test(
  '10,000 files of 50 MB make the round trip, then one changed file each way',
  { timeout: 240_000 },
  async () => {
    await using bench = await createBench();
    await makeFiles(bench.workspace);
    const copy = 'cp -a tree copy && rm tree/d0/f0 && echo sandbox >tree/d1/f21';
    const first = await bench.clamshell(['run', '--json', '-q', '--', 'sh', '-c', copy]);
    expect(JSON.parse(first.stdout)).toMatchObject({ exitCode: 0, after: { pulled: { removed: 1 } } });

    // Both halves, seen from the sandbox: `copy` there is the host's original, and came home as it was.
    const differing = (await diff(bench.workspace)).sort();
    expect(differing).toEqual(['Files copy/d1/f21 and tree/d1/f21 differ', 'Only in copy/d0: f0']);
    const hostSums = execFileSync('sh', ['-c', SUMS], { cwd: bench.workspace, encoding: 'utf8' });
    expect((await bench.run('sh', '-c', SUMS)).stdout).toBe(hostSums);

    await writeFile(path.join(bench.workspace, 'tree', 'd2', 'f40'), 'host');
    const second = await bench.clamshell([
      'run',
      '--json',
      '-q',
      '--',
      'sh',
      '-c',
      'cat tree/d2/f40; echo two >tree/d3/f60',
    ]);
    expect(JSON.parse(second.stdout)).toMatchObject({
      stdout: { text: 'host' },
      before: { pushed: { files: 1, removed: 0 }, pulled: { files: 0, removed: 0 } },
      after: { pushed: { files: 0, removed: 0 }, pulled: { files: 1, removed: 0 } },
    });
    expect(await readFile(path.join(bench.workspace, 'tree', 'd3', 'f60'), 'utf8')).toBe('two\n');
  },
);

const SUMS = `find . -path ./.clamshell -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum`;

async function makeFiles(root: string): Promise<void> {
  const body = 'x'.repeat(BYTES - 10);
  for (let directory = 0; directory < FILES / 20; directory += 1) {
    const parent = path.join(root, 'tree', `d${directory}`);
    await mkdir(parent, { recursive: true });
    const names = Array.from({ length: 20 }, (_, index) => directory * 20 + index);
    await Promise.all(
      names.map((n) => writeFile(path.join(parent, `f${n}`), `${String(n).padStart(9)}\n${body}`)),
    );
  }
}

async function diff(root: string): Promise<string[]> {
  try {
    execFileSync('diff', ['-rq', 'copy', 'tree'], { cwd: root, encoding: 'utf8', stdio: 'pipe' });
    return [];
  } catch (error) {
    return (error as { stdout: string }).stdout.trim().split('\n');
  }
}
