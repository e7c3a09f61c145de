import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/**
 * Runs a gate's commands one after the other, all of them, in `cwd`. Output is captured unless the gate is talkative.
 * @param {import('./gates.mjs').Gate} gate
 * @param {string} cwd
 * @returns {Promise<{ isPassed: boolean, seconds: number, output: string }>}
 */
export async function runGate(gate, cwd) {
  const started = performance.now();
  const results = [];
  for (const argv of gate.commands) results.push(await run(argv, cwd, gate.isTalkative === true));
  return {
    isPassed: results.every(({ code }) => code === 0),
    seconds: (performance.now() - started) / 1000,
    output: results.map(({ output }) => output).join(''),
  };
}

/** @param {readonly string[]} argv @param {string} cwd @param {boolean} isTalkative */
function run([program = '', ...args], cwd, isTalkative) {
  const output = isTalkative ? 'inherit' : 'pipe';
  const child = spawn(program, args, { cwd, stdio: ['ignore', output, output] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => (text += chunk));
  }
  /** @type {Promise<{ code: number | null, output: string }>} */
  const ended = new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 127, output: `${program}: ${error.message}\n` }));
    child.on('close', (code) => resolve({ code, output: code === 0 ? '' : text }));
  });
  return ended;
}
