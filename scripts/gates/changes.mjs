// Every public package that was never released is introduced by a changeset, every changeset names packages that exist,
// and, where a base branch is there to compare with, every package that differs from it has one.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

const { baseBranch } = JSON.parse(fs.readFileSync('.changeset/config.json', 'utf8'));
const packages = ['packages', 'apps'].flatMap((group) =>
  fs
    .readdirSync(group)
    .map((name) => `${group}/${name}/package.json`)
    .filter((file) => fs.existsSync(file))
    .map((file) => JSON.parse(fs.readFileSync(file, 'utf8'))),
);
const publicNames = packages.filter((each) => each.private !== true).map((each) => each.name);
const unreleased = packages
  .filter((each) => each.private !== true && each.version === '0.0.0')
  .map((each) => each.name);
const described = fs
  .readdirSync('.changeset')
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .flatMap((name) => namesIn(`.changeset/${name}`));

const complaints = [
  ...unreleased
    .filter((name) => !described.some((each) => each.name === name))
    .map((name) => `no changeset introduces ${name}`),
  ...described
    .filter(({ name }) => !publicNames.includes(name))
    .map(({ name, file }) => `${file}: no public package ${name}`),
];
for (const complaint of complaints) console.log(complaint);
process.exitCode = complaints.length === 0 ? againstBase() : 1;

/** @param {string} file */
function namesIn(file) {
  const [, front = ''] = fs.readFileSync(file, 'utf8').split(/^---$/m);
  return [...front.matchAll(/^['"]?([^'":\n]+)['"]?:\s*(?:major|minor|patch)\s*$/gm)].map(
    ([, name = '']) => ({ name, file }),
  );
}

function againstBase() {
  if (spawnSync('git', ['rev-parse', '--verify', '--quiet', baseBranch]).status !== 0) {
    console.log(`no branch ${baseBranch} here to compare with`);
    return 0;
  }
  return spawnSync('changeset', ['status'], { stdio: 'inherit' }).status ?? 1;
}
