import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const OLDEST_NODE = [24, 11];
const OLDEST_PNPM = 12;

const MACHINE = `${process.platform}-${process.arch}`;

/** @param {string} root */
export function toolchainNode(root) {
  return path.join(root, `toolchain/node_modules/node-${MACHINE}/bin/node`);
}

/** The native program: the `pnpm` package around it is installed whole only with its install script. @param {string} root */
export function toolchainPnpm(root) {
  return path.join(root, `toolchain/node_modules/@pnpm/exe.${MACHINE}/pnpm`);
}

export function ownNodeIsNewEnough() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/** Starts a process, so it is asked only before an install. @param {string} root */
export function ownPnpmIsNewEnough(root) {
  const [program] = onPath('pnpm', pathOf(process.env.PATH));
  if (program === undefined || !isDirectlyExecutable(program)) return false;
  try {
    const text = execFileSync(program, ['--version'], {
      cwd: root,
      encoding: 'utf8',
      timeout: 10_000,
      stdio: 'pipe',
    });
    return Number.parseInt(text, 10) >= OLDEST_PNPM;
  } catch {
    return false; // Not working: the one that is brought does.
  }
}

/** Installed without its install script, pnpm is shell text that only a shell takes for a program. @param {string} file */
function isDirectlyExecutable(file) {
  const start = fs.readFileSync(file).subarray(0, 4).toString('latin1');
  return start.startsWith('#!') || start === '\x7fELF';
}

/**
 * The Node to use, and a PATH on which `node`, `pnpm` and the repository's programs are the right ones.
 * @param {string} root
 */
export function toolsOf(root) {
  const inherited = pathOf(process.env.PATH);
  const isOwn = ownNodeIsNewEnough();
  const node = isOwn ? process.execPath : toolchainNode(root);
  const bins = isFirst(node, inherited) ? [] : [path.dirname(node)];
  if (fs.existsSync(toolchainPnpm(root))) bins.push(path.dirname(toolchainPnpm(root)));
  return { node, path: [path.join(root, 'node_modules/.bin'), ...bins, ...inherited].join(path.delimiter) };
}

/** @param {string} node @param {readonly string[]} directories */
function isFirst(node, directories) {
  const [first] = onPath('node', directories);
  return first !== undefined && realPath(first) === realPath(node);
}

/** @param {string} name @param {readonly string[]} directories */
function onPath(name, directories) {
  return directories.map((dir) => path.join(dir, name)).filter((file) => fs.existsSync(file));
}

/** @param {string | undefined} text */
function pathOf(text = '') {
  return text.split(path.delimiter);
}

/** @param {string} file @returns {string | undefined} `undefined` for what is not installed yet */
function realPath(file) {
  return fs.existsSync(file) ? fs.realpathSync(file) : undefined;
}
