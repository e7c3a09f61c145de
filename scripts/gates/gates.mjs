import fs from 'node:fs';

/**
 * @typedef {object} Gate
 * @property {string} name
 * @property {string} holds the rule, in words
 * @property {readonly (readonly string[])[]} commands all are run; the gate is passed when each exits 0
 * @property {boolean} [isTalkative] shows its output as it comes
 */

const PROJECTS = ['packages', 'apps'].flatMap((group) =>
  fs.readdirSync(group).map((name) => `${group}/${name}`),
);

/** From the quickest to say why everything else fails, to the longest. @type {readonly Gate[]} */
export const GATES = [
  {
    name: 'build',
    holds: 'every package builds, in the order of its dependencies',
    commands: [['turbo', 'run', 'build', '--output-logs=errors-only']],
  },
  {
    name: 'types',
    holds: 'sources, tests and scripts type-check, without any dist',
    commands: [...PROJECTS, 'tests', 'bench', 'soak', 'scripts']
      .filter((dir) => fs.existsSync(`${dir}/tsconfig.json`))
      .map((dir) => ['tsc', '-p', dir]),
  },
  {
    name: 'format',
    holds: 'prettier would change nothing',
    commands: [['prettier', '--check', '--log-level=warn', '.']],
  },
  {
    name: 'lint',
    holds: 'shape, promises, switches, errors, injection, import order; exceptions only in the one list',
    commands: [
      ['oxlint', '--type-aware', '--deny-warnings', '--format=unix'],
      ['node', 'scripts/gates/inline-exceptions.mjs'],
    ],
  },
  {
    name: 'boundaries',
    holds: 'a package imports only what it declares, and of the workspace only what its tag may',
    commands: [['turbo', 'boundaries']],
  },
  {
    name: 'layers',
    holds: 'arrows, cycles, front doors, homes of third parties, unresolvable and undeclared imports',
    commands: [['node', 'scripts/gates/layers.mjs']],
  },
  {
    name: 'unused',
    holds: 'no file, export or dependency that nothing uses',
    commands: [['knip', '--no-progress', '--treat-config-hints-as-errors']],
  },
  {
    name: 'generated',
    holds: 'schema, manifest and tables are what their sources make them',
    commands: [['node', 'scripts/generate.mjs', '--check']],
  },
  {
    name: 'api',
    holds:
      'each package’s public interface is the one that was reviewed, and exports every type it speaks of',
    // It reads the built types.
    commands: [
      ['turbo', 'run', 'build', '--output-logs=errors-only'],
      ['node', 'scripts/gates/api-reports.mjs'],
    ],
  },
  {
    name: 'changes',
    holds: 'every public package that changed is described by a changeset',
    commands: [['node', 'scripts/gates/changes.mjs']],
  },
  {
    name: 'tests',
    holds: 'all suites pass',
    commands: [['vitest', 'run']],
    isTalkative: true,
  },
];
