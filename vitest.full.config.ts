import { defineConfig } from 'vitest/config';

import config from './vitest.config.ts';

// What takes longer than `npm test` may: races, matrices and kills in the hundreds. Writes dated results beside itself.
export default defineConfig({
  ...config,
  test: {
    ...config.test,
    include: ['tests/full/**/*.test.ts'],
    exclude: [],
    reporters: ['default', './scripts/results-reporter.mjs', './scripts/summary-reporter.mjs'],
    testTimeout: 3_600_000,
    fileParallelism: false,
  },
});
