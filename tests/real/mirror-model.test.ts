import { test } from 'vitest';

import { overlapEdits } from './mirror-editors.ts';
import { USERLANDS } from './mirror-userlands.ts';

const ROUNDS = 100;

const seeds = [1, Date.now() % 1_000_000];
const rows = USERLANDS.flatMap(({ name, shell }) =>
  shell === undefined ? [] : seeds.map((seed) => [name, seed, shell] as const),
);

test.each(rows)(
  `random edits on both sides, also while syncs run: nothing is lost (%s, seed %i)`,
  { timeout: 240_000 },
  async (_name, seed, shell) => {
    await overlapEdits(shell, { seed, rounds: ROUNDS / rows.length });
  },
);
