import { test } from 'vitest';

import { overlapEdits } from '../real/mirror-editors.ts';
import { USERLANDS } from '../real/mirror-userlands.ts';

/** In all, over every userland. */
const RUNS = 1000;
const ROUNDS = 50;

const rows = USERLANDS.flatMap(({ name, shell }) => (shell === undefined ? [] : [[name, shell] as const]));

for (const [name, shell] of rows) {
  test(`random edits on both sides while runs overlap: nothing is lost, ${name}`, async ({ task }) => {
    const worlds = RUNS / ROUNDS / rows.length;
    const firstSeed = Date.now() % 1_000_000;
    let contentsFollowed = 0;
    for (let world = 0; world < worlds; world += 1)
      contentsFollowed += await overlapEdits(shell, { seed: firstSeed + world, rounds: ROUNDS });
    Object.assign(task.meta, { figures: { runs: worlds * ROUNDS, firstSeed, contentsFollowed } });
  });
}
