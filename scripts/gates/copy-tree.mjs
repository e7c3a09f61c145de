import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Written while tools run; a copy has its own. */
const CACHES = /^(?:\.vite.*|\.vitest.*|\.cache)$/;

/**
 * A disposable copy of what is tracked, or new and not ignored, with the same installed packages: those of the workspace
 * are the copy's own, third parties are linked to the original's.
 * @param {string} root
 */
export function copyTree(root) {
  const copy = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'clamshell-gates-')));
  for (const file of trackedFiles(root)) {
    fs.mkdirSync(path.dirname(path.join(copy, file)), { recursive: true });
    fs.cpSync(path.join(root, file), path.join(copy, file), { verbatimSymlinks: true });
  }
  linkThirdParties(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  for (const dir of workspaceModules(root)) {
    // Relative links, also to the workspace's packages: in the copy they lead to the copy.
    fs.cpSync(path.join(root, dir), path.join(copy, dir), { recursive: true, verbatimSymlinks: true });
  }
  return { path: copy, remove: () => fs.rmSync(copy, { recursive: true, force: true }) };
}

/** @param {string} root */
function trackedFiles(root) {
  const argv = ['-C', root, 'ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const listed = execFileSync('git', argv, { encoding: 'utf8' }).split('\0');
  return listed.filter((file) => file !== '' && fs.existsSync(path.join(root, file)));
}

/** @param {string} from @param {string} to */
function linkThirdParties(from, to) {
  fs.mkdirSync(to);
  for (const name of fs.readdirSync(from).filter((each) => !CACHES.test(each))) {
    fs.symlinkSync(path.join(from, name), path.join(to, name));
  }
}

/** @param {string} root */
function workspaceModules(root) {
  const groups = ['packages', 'apps'].flatMap((group) =>
    fs.readdirSync(path.join(root, group)).map((name) => `${group}/${name}`),
  );
  return [...groups, 'tests']
    .map((dir) => `${dir}/node_modules`)
    .filter((dir) => fs.existsSync(path.join(root, dir)));
}
