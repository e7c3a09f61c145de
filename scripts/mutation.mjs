// Would the tests notice if this were wrong? Changes the sources of stryker.config.mjs in every small way it knows, runs
// their tests against each, and writes a dated result to be committed: `npm run mutation [-- --mutate FILE,…]`.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { Stryker } from '@stryker-mutator/core';

const NOTICED = new Set(['Killed', 'Timeout']);
const COUNTED = new Set([...NOTICED, 'Survived', 'NoCoverage']);

const root = path.resolve(import.meta.dirname, '..');
process.chdir(root);
const { values } = parseArgs({ options: { mutate: { type: 'string' } } });
const chosen = values.mutate === undefined ? {} : { mutate: values.mutate.split(',') };

const mutants = (await new Stryker(chosen).runMutationTest()).filter(({ status }) => COUNTED.has(status));
const files = [...new Set(mutants.map(({ fileName }) => fileName))].sort();
const scores = Object.fromEntries(
  files.map((file) => [
    path.relative(root, file),
    scoreOf(mutants.filter(({ fileName }) => fileName === file)),
  ]),
);
const machine = { node: process.version, kernel: os.release(), cpus: os.availableParallelism() };
const result = { suite: 'mutation', date: new Date().toISOString(), machine, all: scoreOf(mutants), scores };
if (values.mutate === undefined) {
  fs.writeFileSync('tests/full/results/mutation.json', `${JSON.stringify(result, null, 2)}\n`);
}
console.log(result);

/** @param {typeof mutants} some */
function scoreOf(some) {
  const count = (/** @type {string} */ status) => some.filter((mutant) => mutant.status === status).length;
  const noticed = some.filter(({ status }) => NOTICED.has(status)).length;
  return {
    percent: Math.round((1000 * noticed) / some.length) / 10,
    killed: count('Killed'),
    timedOut: count('Timeout'),
    survived: count('Survived') + count('NoCoverage'),
  };
}
