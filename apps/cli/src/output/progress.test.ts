import { expect, test } from 'vitest';

import { describeProgress } from './progress.ts';

test.each([
  [{ phase: 'connect', files: 0, bytes: 0 }, 1_900, 'connect: 1 s'],
  [{ phase: 'pull', files: 1204, bytes: 4 * 1024 ** 2 }, 2_000, 'pull: 1,204 files, 4.0 MiB, 2.0 MiB/s, 2 s'],
  [{ phase: 'a\x1b[2J', files: 1, bytes: 0 }, 1_000, 'a\\x1b[2J: 1 files, 1 s'],
])('%j after %i ms reads %s', (progress, elapsedMs, text) => {
  expect(describeProgress(progress, elapsedMs)).toBe(text);
});
