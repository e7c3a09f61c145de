// Holds the rules of .dependency-cruiser.mjs, and that they were held against everything: a cruiser that can't parse or
// resolve what it reads finds nothing wrong.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

const ROOTS = ['packages', 'apps', 'tests', 'scripts', 'bench'].filter((dir) => fs.existsSync(dir));
const FRONT_DOOR = 'packages/core/src/index.ts';

const { modules, summary } = cruise();
const complaints = [...violations(), ...unread(), ...blind()];
for (const complaint of complaints) console.log(complaint);
console.log(`${summary.totalCruised} modules, ${summary.totalDependenciesCruised} dependencies`);
process.exitCode = complaints.length === 0 ? 0 : 1;

/** @returns {import('dependency-cruiser').ICruiseResult} */
function cruise() {
  const argv = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...ROOTS];
  // Exits with the number of violations when there are some, its JSON on stdout all the same.
  const text = execFileSync('sh', ['-c', 'depcruise "$@"; exit 0', 'depcruise', ...argv], {
    maxBuffer: 1e9,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(text.toString('utf8'));
}

function violations() {
  return summary.violations.map(({ rule, from, to, cycle }) => {
    const path = cycle === undefined ? to : cycle.map(({ name }) => name).join(' → ');
    return `${rule.name}: ${from} → ${path}`;
  });
}

/** Sources that were not read. */
function unread() {
  const read = new Set(modules.map(({ source }) => source));
  return ROOTS.flatMap(sourcesBelow).flatMap((file) => (read.has(file) ? [] : [`not-read: ${file}`]));
}

/** Packages that use core but from which no arrow to its source was seen. */
function blind() {
  const seeing = new Set(
    modules
      .filter(({ dependencies }) => dependencies.some(({ resolved }) => resolved === FRONT_DOOR))
      .map(({ source }) => packageOf(source)),
  );
  const users = ROOTS.flatMap(sourcesBelow)
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => fs.readFileSync(file, 'utf8').includes(" from '@clamshell/core'"));
  return [...new Set(users.map(packageOf))]
    .filter((name) => !seeing.has(name))
    .map((name) => `not-resolved: ${name} → core`);
}

/** @param {string} file */
function packageOf(file) {
  return file.split('/').slice(0, 2).join('/');
}

/** @param {string} dir @returns {string[]} */
function sourcesBelow(dir) {
  return fs.readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const file = `${dir}/${entry.name}`;
    if (entry.isDirectory())
      return /^(?:node_modules|dist|\.turbo)$/.test(entry.name) ? [] : sourcesBelow(file);
    return /\.(?:ts|mjs)$/.test(entry.name) ? [file] : [];
  });
}
