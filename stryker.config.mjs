// `npm run mutation`: are the tests of what must not be wrong able to notice that it is? Every mutant that survives is
// a test to write.

export default {
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts', related: false },
  plugins: ['@stryker-mutator/vitest-runner'],
  mutate: [
    'packages/core/src/command/quote.ts',
    'packages/core/src/naming/{legacy,sandbox}-name.ts',
    'packages/core/src/session/transition/!(*.test|*.fixture).ts',
  ],
  reporters: ['progress-append-only', 'clear-text'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  tempDirName: '.stryker-tmp',
  concurrency: 2,
  // Only what never ends is to run into it, also where the machine has other work.
  timeoutMS: 120_000,
  thresholds: { high: 95, low: 90, break: 90 },
};
