// Runs one target of the repository with Node 24 and pnpm 12, bringing both, the dependencies and the build up to date
// first. Works on any Node >= 18 and needs nothing installed. All its own output goes to stderr.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { findMissing } from './toolchain/find-missing.mjs';
import { runProgram } from './toolchain/run-program.mjs';
import { toolsOf } from './toolchain/tools.mjs';
import { TARGETS } from './toolchain/targets.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [name = '', ...args] = process.argv.slice(2);
const target = TARGETS[name];

if (target === undefined) {
  process.stderr.write(
    `usage: node scripts/with-toolchain.mjs ${Object.keys(TARGETS).join('|')} [ARGUMENT…]\n`,
  );
  process.exitCode = 2;
} else {
  process.exitCode = await main(target);
}

/** @param {import('./toolchain/targets.mjs').Target} wanted */
async function main(wanted) {
  if (findMissing(root, wanted.needs).length > 0) {
    // Loaded only when there is work to do: the warm path stays short.
    const { setUp } = await import('./toolchain/set-up.mjs');
    const failure = await setUp(root, wanted.needs);
    if (failure !== 0) return failure;
  }
  const tools = toolsOf(root);
  const cwd = wanted.keepsDirectory ? (process.env.INIT_CWD ?? process.cwd()) : root;
  const env = { ...process.env, PATH: tools.path, PWD: cwd, TURBO_TELEMETRY_DISABLED: '1' };
  return runProgram([tools.node, ...wanted.program(root), ...args], { cwd, env });
}
