import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';

const PASSED = /** @type {const} */ (['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGTERM']);

/**
 * Runs `argv` on our own stdio. Resolves with its exit code, or 128 + n when signal n ended it.
 * @param {readonly string[]} argv
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>}
 */
export function runProgram([program = '', ...args], options) {
  const child = spawn(program, args, { ...options, stdio: 'inherit' });
  passSignals((signal) => child.kill(signal));
  return new Promise((resolve) => {
    child.on('error', (error) => {
      process.stderr.write(`could not start ${program}: ${error.message}\n`);
      resolve(127);
    });
    child.on('exit', (code, signal) => resolve(code ?? exitCodeOf(signal)));
  });
}

/** @param {NodeJS.Signals | null} signal */
export function exitCodeOf(signal) {
  return 128 + (signal === null ? 0 : os.constants.signals[signal]);
}

/**
 * What a terminal sends it sends to its whole foreground group, so the child has that already: a second Ctrl-C means
 * something else to it. Everything else reaches only us and is passed on.
 * @param {(signal: NodeJS.Signals) => void} send
 */
export function passSignals(send) {
  /** @type {NodeJS.Signals | undefined} */
  let last;
  const handle = (/** @type {NodeJS.Signals} */ signal) => {
    last = signal;
    if (signal === 'SIGTERM' || !isForeground()) send(signal);
  };
  for (const signal of PASSED) process.on(signal, handle);
  return {
    /** The signal that came last, if any did. */
    seen: () => last,
    stop: () => PASSED.forEach((signal) => process.off(signal, handle)),
  };
}

/** Whether our process group is the one its terminal talks to. */
function isForeground() {
  try {
    const stat = fs.readFileSync('/proc/self/stat', 'utf8');
    const [, , group, , terminal, foregroundGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return terminal !== '0' && group === foregroundGroup;
  } catch {
    return process.stdin.isTTY === true; // No /proc: the nearest that Node can tell.
  }
}
