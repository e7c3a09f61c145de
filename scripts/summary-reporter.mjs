/** @typedef {import('vitest/node').Reporter} Reporter */

/**
 * Ends the output of a test run with the line `N passed, N failed, N skipped`. What fails outside of any test counts as
 * failed too: a file that can't be collected, a hook, an unhandled error.
 * @implements {Reporter}
 */
export default class SummaryReporter {
  /** @type {NonNullable<Reporter['onTestRunEnd']>} */
  onTestRunEnd = (modules, unhandledErrors) => {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      count.failed += module.errors().length;
      for (const suite of module.children.allSuites()) count.failed += suite.errors().length;
      for (const test of module.children.allTests()) count[test.result().state] += 1;
    }
    const line = `${count.passed} passed, ${count.failed} failed, ${count.skipped + count.pending} skipped\n`;
    // Written at exit, so that nothing else comes after it.
    process.on('exit', () => process.stdout.write(line));
  };
}
