import { defineConfig } from 'vitest/config';

import config from './vitest.config.ts';

// The tests that mutants of stryker.config.mjs are held against.
export default defineConfig({
  ...config,
  test: {
    ...config.test,
    // The walk over every state is no part of it: it takes longer than all of these together.
    include: [
      'packages/core/src/{command/quote,naming/*}.test.ts',
      'packages/core/src/session/transition/{transition,syncs-and-runs,every-row}.test.ts',
    ],
    reporters: [],
    pool: 'threads',
    isolate: false,
    testTimeout: 120_000,
  },
});
