import { defineConfig } from 'vitest/config';

import config from './vitest.config.ts';

// The tests that mutants of stryker.config.mjs are held against.
export default defineConfig({
  ...config,
  test: {
    ...config.test,
    include: ['packages/core/src/{command/quote,naming/*}.test.ts'],
    reporters: [],
    pool: 'threads',
    isolate: false,
    testTimeout: 120_000,
  },
});
