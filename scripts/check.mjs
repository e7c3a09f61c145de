// Holds the tree against every gate: `pnpm check [--only NAME,…] [--without NAME,…]`. All of them run, also after one
// has failed.
import path from 'node:path';
import { parseArgs } from 'node:util';

import { GATES } from './gates/gates.mjs';
import { runGate } from './gates/run-gate.mjs';

const root = path.resolve(import.meta.dirname, '..');
const { values } = parseArgs({ options: { only: { type: 'string' }, without: { type: 'string' } } });
const chosen = choose(values.only?.split(','), values.without?.split(',') ?? []);

const failed = [];
for (const gate of chosen) {
  if (gate.isTalkative === true) console.log(`${gate.name.padEnd(10)} …`);
  const { isPassed, seconds, output } = await runGate(gate, root);
  console.log(
    `${gate.name.padEnd(10)} ${isPassed ? 'ok    ' : 'FAILED'} ${seconds.toFixed(1).padStart(6)} s  ${gate.holds}`,
  );
  if (!isPassed) failed.push(gate.name);
  if (!isPassed && output !== '') console.log(`${output.trimEnd().replace(/^/gm, '    ')}\n`);
}
const verdict = failed.length === 0 ? 'all passed' : `failed: ${failed.join(', ')}`;
console.log(`\n${chosen.length} gates, ${verdict}`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** @param {readonly string[] | undefined} only @param {readonly string[]} without */
function choose(only, without) {
  const unknown = [...(only ?? []), ...without].filter((name) => !GATES.some((gate) => gate.name === name));
  if (unknown.length > 0) {
    console.error(
      `no such gate: ${unknown.join(', ')}; there are ${GATES.map(({ name }) => name).join(', ')}`,
    );
    process.exit(2);
  }
  return GATES.filter(({ name }) => (only?.includes(name) ?? true) && !without.includes(name));
}
