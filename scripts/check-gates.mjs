// Do the gates catch anything? Plants one fault after the other in a temporary copy of the tree, runs the gate that holds
// the broken rule, and expects it to fail and to name the fault: `pnpm check:gates [GATE…]`.
import path from 'node:path';

import { copyTree } from './gates/copy-tree.mjs';
import { FAULTS } from './gates/faults.mjs';
import { GATES } from './gates/gates.mjs';
import { plant } from './gates/plant.mjs';
import { runGate } from './gates/run-gate.mjs';

/** Whole, the suites take minutes and say nothing about whether a failing test is noticed. @type {Record<string, string[]>} */
const CLEAN_ARGS = { tests: ['packages/core'] };

const root = path.resolve(import.meta.dirname, '..');
const wanted = process.argv.slice(2);
// In the copy, a build that the tree has done already is not done again.
process.env.TURBO_CACHE_DIR ??= path.join(root, '.turbo/cache');

const copy = copyTree(root);
process.on('exit', copy.remove);
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => process.exit(1));

let missed = 0;
for (const gate of GATES.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const clean = await runInCopy(gate, CLEAN_ARGS[gate.name]);
  tell('the tree as it is', gate, clean.isPassed ? 'passes' : `FAILS\n${clean.output}`);
  for (const fault of FAULTS.filter((each) => each.gate === gate.name))
    tell(fault.name, gate, await tryFault(gate, fault));
}
console.log(`\n${missed === 0 ? 'every gate catches its faults' : `${missed} not as they should be`}`);
process.exitCode = missed === 0 ? 0 : 1;

/** @param {import('./gates/gates.mjs').Gate} gate @param {import('./gates/faults.mjs').Fault} fault */
async function tryFault(gate, fault) {
  const remove = plant(copy.path, fault);
  const { isPassed, output } = await runInCopy(gate, fault.args);
  remove();
  if (isPassed) return 'MISSED';
  const unsaid = fault.says.filter((words) => !output.includes(words));
  return unsaid.length === 0 ? 'caught' : `MISSED: says nothing of ${unsaid.join(', ')}\n${output}`;
}

/** @param {import('./gates/gates.mjs').Gate} gate @param {readonly string[]} [args] */
function runInCopy(gate, args = []) {
  const commands = gate.commands.map((argv) => [...argv, ...args]);
  return runGate({ ...gate, commands, isTalkative: false }, copy.path);
}

/** @param {string} what @param {import('./gates/gates.mjs').Gate} gate @param {string} verdict */
function tell(what, gate, verdict) {
  if (!/^(?:caught|passes)$/.test(verdict)) missed += 1;
  console.log(`${what.padEnd(46)} → ${gate.name.padEnd(10)} ${verdict}`);
}
