import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Bench, createBench } from './clamshell.ts';
import { killRemoval, killRun } from './kills.ts';

const TIMEOUT_MS = 240_000;

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
}, TIMEOUT_MS);

// In this order: the first kills the process that makes the sandbox. Every point, many times: tests/full.
describe('a host process that is killed, and another one after it', () => {
  test.each(['provisioning', 'syncing', 'recording', 'executing+150', 'finishing'])(
    'in a run, at %s: every byte ends on both sides, and the run is over',
    async (point) => {
      expect(await killRun(bench, point, point)).toBe(true);
    },
    TIMEOUT_MS,
  );

  test(
    'in a removal that has not happened yet: what only the sandbox had is home, and it goes',
    async () => {
      expect(await killRemoval(bench, 'removing:remove', 'removal')).toBe(true);
    },
    TIMEOUT_MS,
  );
});
