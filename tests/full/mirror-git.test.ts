import { expect, test } from 'vitest';

import { overlapCommits } from '../real/mirror-git-edits.ts';
import { isGitMissing } from '../real/mirror-git-world.ts';

const WORLDS = 30;
const ROUNDS = 6;

test.skipIf(isGitMissing)(
  'random work with git on both sides: both repositories whole and alike, every commit within reach',
  async ({ task }) => {
    const firstSeed = Date.now() % 1_000_000;
    let commitsFollowed = 0;
    for (let world = 0; world < WORLDS; world += 1)
      commitsFollowed += await overlapCommits({ seed: firstSeed + world, rounds: ROUNDS });
    expect(commitsFollowed).toBeGreaterThan(WORLDS);
    Object.assign(task.meta, { figures: { runs: WORLDS * ROUNDS, firstSeed, commitsFollowed } });
  },
);
