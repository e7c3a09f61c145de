import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

const PROGRAM = path.resolve(import.meta.dirname, '../../soak/src/main.ts');

test('ten minutes, fifty workspaces: no acknowledged write is lost, nothing is left behind, nothing grows', async ({
  task,
}) => {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, '--json'], { maxBuffer: 2 ** 28 });
  const result = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  const { losses, unsettled, residue, growth, ...figures } = result;
  Object.assign(task.meta, { figures });
  expect({ losses, unsettled, residue, growth }).toEqual({
    losses: [],
    unsettled: [],
    residue: [],
    growth: [],
  });
});
