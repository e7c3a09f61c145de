import fs from 'node:fs';
import path from 'node:path';

import { readText, stampFile, survey } from './survey.mjs';
import { ownNodeIsNewEnough, toolchainNode, toolchainPnpm } from './tools.mjs';

/** @typedef {import('./targets.mjs').Need} Need */
/** @typedef {import('./survey.mjs').Survey} Survey */

/**
 * Which needs are not met, with all that come after the first: what was built against other dependencies, or by another
 * compiler, is not taken for current. Starts no process: it runs before every command.
 * @param {string} root
 * @param {readonly Need[]} needs
 */
export function findMissing(root, needs) {
  const state = survey(root);
  const first = needs.findIndex((need) => !isMet(root, need, state));
  return first === -1 ? [] : needs.slice(first);
}

/** @param {string} root @param {Need} need @param {Survey} state @returns {boolean} */
function isMet(root, need, state) {
  const isStamped = readText(stampFile(root, need)) === state.fingerprints[need];
  switch (need) {
    case 'toolchain':
      // With a Node of its own, a machine needs ours only for the pnpm beside it, and pnpm only to install.
      return isStamped
        ? fs.existsSync(toolchainNode(root))
        : ownNodeIsNewEnough() && isMet(root, 'install', state);
    case 'install':
      return isStamped && isInstalled(root, state);
    case 'build':
      return (
        isStamped &&
        state.workspaces.every(({ dir, isBuilt }) => !isBuilt || fs.existsSync(path.join(dir, 'dist')))
      );
    default:
      throw new Error(`no such need: ${String(need)}`);
  }
}

/** @param {string} root @param {Survey} state */
function isInstalled(root, { workspaces }) {
  const directories = workspaces
    .filter((each) => each.hasDependencies)
    .map(({ dir }) => path.join(dir, 'node_modules'));
  return [path.join(root, 'node_modules/.modules.yaml'), ...directories].every((file) => fs.existsSync(file));
}

/** @param {string} root */
export function isToolchainThere(root) {
  return fs.existsSync(toolchainNode(root)) && fs.existsSync(toolchainPnpm(root));
}
