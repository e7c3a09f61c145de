import { describe, expect, test } from 'vitest';

import { overlapCommits } from './mirror-git-edits.ts';
import { isGitMissing } from './mirror-git-world.ts';

describe.skipIf(isGitMissing)('random work with git on both sides', () => {
  test.each([1, 3])(
    'leaves both repositories whole and alike, and every commit within reach, seed %i',
    async (seed) => {
      expect(await overlapCommits({ seed, rounds: 4 })).toBeGreaterThan(1);
    },
  );
});
