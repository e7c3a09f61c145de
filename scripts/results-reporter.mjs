import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** @typedef {import('vitest/node').Reporter} Reporter */

const DIRECTORY = path.resolve(import.meta.dirname, '../tests/full/results');

/**
 * Writes one dated result a suite, `tests/full/results/NAME.json`, to be committed: what passed, how long it took, on
 * what machine, and what the suite measured (`meta.figures` of a test).
 * @implements {Reporter}
 */
export default class ResultsReporter {
  /** @type {NonNullable<Reporter['onTestRunEnd']>} */
  onTestRunEnd = (modules) => {
    fs.mkdirSync(DIRECTORY, { recursive: true });
    for (const module of modules) {
      const name = path.basename(module.moduleId, '.test.ts');
      const tests = [...module.children.allTests()].map((test) => ({
        name: test.fullName,
        state: test.result().state,
        seconds: Math.round(test.diagnostic()?.duration ?? 0) / 1000,
        ...('figures' in test.meta() ? { figures: Reflect.get(test.meta(), 'figures') } : {}),
      }));
      const result = { suite: name, date: new Date().toISOString(), machine: machine(), tests };
      fs.writeFileSync(path.join(DIRECTORY, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
    }
  };
}

function machine() {
  return { node: process.version, kernel: os.release(), cpus: os.availableParallelism() };
}
