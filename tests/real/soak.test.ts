import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

const PROGRAM = path.resolve(import.meta.dirname, '../../soak/src/main.ts');

test('half a minute of edits, commands and faults at once: no acknowledged write is lost, nothing is left behind', async () => {
  const args = [PROGRAM, '--json', '--minutes', '0.5', '--workspaces', '6'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 }).catch(
    (error: unknown) => {
      throw new Error('the soak found something', { cause: error });
    },
  );
  const result: unknown = JSON.parse(stdout);
  expect(result).toMatchObject({ losses: [], unsettled: [], residue: [], growth: [] });
  expect(result).toHaveProperty(
    'acknowledged',
    expect.toSatisfy((count: number) => count > 20),
  );
}, 600_000);
