import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

import { exitCodeOf, passSignals } from './run-program.mjs';

const KEPT_OUTPUT = 20_000;

/**
 * @typedef {object} Step
 * @property {string} what as it is printed
 * @property {readonly string[]} argv
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} env
 * @property {() => true | string} [verify] true, or why the step did not do what it was for
 * @property {string} [remedy] what helps when its output shows none of the usual troubles
 */

/** What the step was, the end of its output, and the exit code that ends us. */
export class StepFailure extends Error {
  /** @param {Step} step @param {string} output @param {number} exitCode */
  constructor({ what, remedy }, output, exitCode) {
    super(`setting up failed: ${what}`);
    this.output = output;
    this.exitCode = exitCode;
    this.remedy = remedy;
  }
}

/**
 * Runs one step of a set-up with one line on stderr; its output is shown only when it fails.
 * @param {Step} step
 * @param {(pid: number) => void} onStart
 */
export async function runStep(step, onStart) {
  const started = performance.now();
  process.stderr.write(`setting up: ${step.what} … `);
  const { exitCode, output } = await capture(step, onStart);
  process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  if (exitCode !== 0) throw new StepFailure(step, output, exitCode);
  const verdict = step.verify?.() ?? true;
  if (verdict !== true) throw new StepFailure(step, verdict, 1);
}

/** @param {Step} step @param {(pid: number) => void} onStart */
function capture({ argv: [program = '', ...args], cwd, env }, onStart) {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid !== undefined) onStart(child.pid);
  const signals = passSignals((signal) => child.kill(signal));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output = (output + text).slice(-KEPT_OUTPUT)));
  }
  /** @type {Promise<{ exitCode: number, output: string }>} */
  const ended = new Promise((resolve) => {
    child.on('error', (error) => resolve({ exitCode: 127, output: error.message }));
    // A program that ends tidily on a signal was interrupted all the same.
    child.on('close', (code, signal) => {
      const interruption = code === 0 ? null : (signals.seen() ?? signal);
      resolve({ exitCode: interruption === null ? (code ?? 1) : exitCodeOf(interruption), output });
    });
  });
  return ended.finally(signals.stop);
}
