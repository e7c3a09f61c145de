import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** @typedef {import('./targets.mjs').Need} Need */

/**
 * @typedef {object} Workspace
 * @property {string} dir
 * @property {boolean} hasDependencies
 * @property {boolean} isBuilt whether it has a build script
 */

/**
 * @typedef {object} Survey what the tree asks for right now
 * @property {readonly Workspace[]} workspaces
 * @property {Readonly<Record<Need, string>>} fingerprints equal to a need's stamp when it is met
 */

/** Beside the workspaces' manifests, what decides an install. `platform`: node_modules holds native programs. */
const INSTALL_INPUTS = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc'];
const BUILD_INPUTS = ['turbo.json', 'tsconfig.base.json', 'scripts/bundle-programs.mjs'];
const PLATFORM = `${process.platform}-${process.arch}`;

/** Reads manifests and stats sources; a few hundred files take a few milliseconds. @param {string} root @returns {Survey} */
export function survey(root) {
  const dirs = workspaceDirectories(root);
  const manifests = dirs.map((dir) => readText(path.join(dir, 'package.json')) ?? '');
  const toolchain = digest([PLATFORM, readText(path.join(root, 'toolchain/package-lock.json'))]);
  const install = digest([
    PLATFORM,
    ...INSTALL_INPUTS.map((file) => readText(path.join(root, file))),
    ...dirs,
    ...manifests,
  ]);
  const build = digest([
    install,
    ...[...BUILD_INPUTS.map((file) => path.join(root, file)), ...dirs].flatMap(statLines),
  ]);
  const workspaces = dirs.map((dir, index) => describeWorkspace(dir, manifests[index] ?? ''));
  return { workspaces, fingerprints: { toolchain, install, build } };
}

/** @param {string} root @param {Need} need */
export function stampFile(root, need) {
  return path.join(root, '.setup', need);
}

/** @param {string} file @returns {string | undefined} `undefined` when there is none */
export function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** As pnpm-workspace.yaml lists them; that file is an input too, so a change there is seen. @param {string} root */
function workspaceDirectories(root) {
  const groups = ['packages', 'apps'].flatMap((group) => {
    const dir = path.join(root, group);
    return fs.existsSync(dir) ? fs.readdirSync(dir).map((name) => path.join(dir, name)) : [];
  });
  return [...groups, path.join(root, 'tests')]
    .filter((dir) => fs.existsSync(path.join(dir, 'package.json')))
    .sort();
}

/** @param {string} dir @param {string} text @returns {Workspace} */
function describeWorkspace(dir, text) {
  const { dependencies, devDependencies, scripts } = JSON.parse(text);
  const hasDependencies = Object.keys({ ...dependencies, ...devDependencies }).length > 0;
  return { dir, hasDependencies, isBuilt: scripts?.build !== undefined };
}

/** Of what a build reads: sources but no tests, and the configuration beside them. @param {string} at @returns {string[]} */
function statLines(at) {
  const stat = fs.statSync(at, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return [`${at} ${stat.size} ${stat.mtimeMs}`];
  return fs
    .readdirSync(at)
    .filter((name) => !/^(?:node_modules|dist|\.turbo|.*\.test\.ts|.*\.md)$/.test(name))
    .flatMap((name) => statLines(path.join(at, name)));
}

/** @param {readonly (string | undefined)[]} parts */
function digest(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part?.length ?? -1}:${part ?? ''}\n`);
  return hash.digest('hex');
}
