import os from 'node:os';

import { defineConfig } from 'vitest/config';

// Every suite runs against source; suites that start a program of the project run its built form.
export default defineConfig({
  ssr: { resolve: { conditions: ['@clamshell/source', 'node', 'import', 'default'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'tests/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'tests/full/**'],
    reporters: ['default', './scripts/summary-reporter.mjs'],
    restoreMocks: true,
    // Most suites wait for processes of their own most of the time.
    maxWorkers: os.availableParallelism() + 1,
    testTimeout: 30_000,
  },
});
