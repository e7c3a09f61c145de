import { MADE_FAULTS } from './made-faults.mjs';

/**
 * @typedef {object} Fault one broken rule, and what the gate that holds the rule must say of it
 * @property {string} name
 * @property {string} gate
 * @property {readonly string[]} says all of these stand in the gate's output
 * @property {Readonly<Record<string, string | null | ((text: string) => string)>>} files new text by path; null removes
 * @property {Readonly<Record<string, string>>} [links] symbolic links to make: target by path
 * @property {readonly string[]} [args] appended to the gate's command
 */

const HOST = 'packages/host/src/planted.ts';
const CORE = 'packages/core/src/planted.ts';
const CLI = 'packages/transport-cli/src/planted.ts';
const TEST = 'packages/core/src/planted.test.ts';

/** @param {number} count @param {string} line */
const lines = (count, line) => `${line}\n`.repeat(count);

/** @param {string} name */
const withDependency = (name) => (/** @type {string} */ text) => {
  const manifest = JSON.parse(text);
  return JSON.stringify({ ...manifest, dependencies: { ...manifest.dependencies, [name]: 'workspace:^' } });
};

/** @type {readonly Fault[]} */
export const FAULTS = [
  {
    name: 'a syntax error',
    gate: 'build',
    says: ['src/planted.ts'],
    files: { [CORE]: 'export const = 1;\n' },
  },
  {
    name: 'a type error',
    gate: 'types',
    says: [HOST, 'TS2322'],
    files: { [HOST]: "export const n: number = 'x';\n" },
  },
  {
    name: 'a type error in a test',
    gate: 'types',
    says: [TEST],
    files: { [TEST]: "export const n: number = 'x';\n" },
  },
  { name: 'an unformatted file', gate: 'format', says: [CORE], files: { [CORE]: 'export const  n = "x"\n' } },

  lint('a file of 201 lines', 'max-lines', lines(201, '// One more.')),
  lint(
    'a function of 41 lines',
    'max-lines-per-function',
    `export function f() {\n${lines(39, '  // One.')}}\n`,
  ),
  lint('four parameters', 'max-params', 'export const f = (a: 1, b: 1, c: 1, d: 1) => [a, b, c, d];\n'),
  lint('a default export', 'no-default-export', 'export default 1;\n'),
  lint('a floating promise', 'no-floating-promises', 'export function f() {\n  Promise.resolve(1);\n}\n'),
  lint(
    'a switch that forgets a case',
    'switch-exhaustiveness-check',
    "export function f(a: 'b' | 'c') {\n  switch (a) {\n    case 'b':\n      return 1;\n  }\n  return 2;\n}\n",
  ),
  lint(
    'an error without a code',
    'no-plain-error',
    "export function f(): never {\n  throw new Error('x');\n}\n",
  ),
  lint('output that was not injected', 'no-console', "console.log('x');\n"),
  lint('environment that was not injected', 'no-process-env', 'export const home = process.env.HOME;\n'),
  lint('time that was not injected', 'no-restricted-properties', 'export const now = Date.now();\n'),
  lint('imports out of order', 'import-order', "import './index.ts';\nimport 'node:fs';\n"),
  lint('any', 'no-explicit-any', 'export type T = any;\n'),
  lint('an exception beside the code', 'oxlint-disable', '// oxlint-disable\nexport default 1;\n'),

  {
    name: 'transport-cli uses transport-ssh, declared',
    gate: 'boundaries',
    says: ['@clamshell/transport-ssh', 'denylist'],
    files: {
      [CLI]: "import '@clamshell/transport-ssh';\n",
      'packages/transport-cli/package.json': withDependency('@clamshell/transport-ssh'),
    },
    links: { 'packages/transport-cli/node_modules/@clamshell/transport-ssh': '../../../transport-ssh' },
  },
  {
    name: 'an undeclared package',
    gate: 'boundaries',
    says: [HOST, 'knip'],
    files: { [HOST]: "import 'knip';\n" },
  },

  layers('transport-cli imports transport-ssh', 'adapters-and-engines-apart', {
    [CLI]: "import '../../transport-ssh/src/index.ts';\n",
  }),
  layers('core imports node:fs', 'core-has-no-io', { [CORE]: "import 'node:fs';\n" }),
  layers('core imports host', 'core-below-all', { [CORE]: "import '../../host/src/index.ts';\n" }),
  layers('host imports an app', 'host-on-core', {
    [HOST]: "import '../../../apps/openclaw-plugin/src/index.ts';\n",
  }),
  {
    ...layers('host imports ssh2, declared', 'ssh2-at-home', {
      [HOST]: "import 'ssh2';\n",
      'packages/host/package.json': withDependency('ssh2'),
    }),
    links: { 'packages/host/node_modules/ssh2': '../../transport-ssh/node_modules/ssh2' },
  },
  layers('an undeclared import', 'declared', { [HOST]: "import 'knip';\n" }),
  layers('an import past the front door', 'front-door-only', {
    [HOST]: "import '../../core/src/errors/codes.ts';\n",
  }),
  layers('a package imported by its path', 'imported-by-name', {
    [HOST]: "import '../../core/src/index.ts';\n",
  }),
  layers('a cycle', 'no-cycles', {
    [CORE]: "import './planted-too.ts';\n",
    'packages/core/src/planted-too.ts': "import './planted.ts';\n",
  }),
  layers('testkit in a package', 'testkit-only-in-tests', {
    [HOST]: "import '../../testkit/src/index.ts';\n",
  }),
  layers('a test tool in a source', 'test-tools-in-tests', { [HOST]: "import 'vitest';\n" }),
  layers('a source that imports a test', 'no-test-in-source', {
    [CORE]: "import './planted.test.ts';\n",
    [TEST]: '',
  }),
  layers('an import of nothing', 'not-resolvable', { [HOST]: "import './not-there.ts';\n" }),

  {
    name: 'an unused file',
    gate: 'unused',
    says: ['Unused files', HOST],
    files: { [HOST]: 'export const n = 1;\n' },
  },
  {
    name: 'an unused export',
    gate: 'unused',
    says: ['Unused exports', 'planted'],
    files: { 'packages/core/src/errors/invariant.ts': (text) => `${text}\nexport const planted = 1;\n` },
  },
  {
    name: 'an unused dependency',
    gate: 'unused',
    says: ['Unused dependencies', 'zod', 'packages/fs-remote/package.json'],
    files: { 'packages/fs-remote/package.json': withDependency('zod') },
  },
  ...MADE_FAULTS,
  {
    name: 'a new package without a changeset',
    gate: 'changes',
    says: ['@clamshell/planted'],
    files: { 'packages/planted/package.json': '{ "name": "@clamshell/planted", "version": "0.0.0" }\n' },
  },
  {
    name: 'a failing test',
    gate: 'tests',
    says: [TEST, '1 failed'],
    files: { [TEST]: "import { expect, test } from 'vitest';\n\ntest('x', () => expect(1).toBe(2));\n" },
    args: [TEST],
  },
  {
    name: 'a test file that can’t be loaded',
    gate: 'tests',
    says: [TEST, '1 failed'],
    files: { [TEST]: "import './not-there.ts';\n" },
    args: [TEST],
  },
];

/** @param {string} name @param {string} rule @param {string} text @returns {Fault} */
function lint(name, rule, text) {
  return { name, gate: 'lint', says: [HOST, rule], files: { [HOST]: text } };
}

/** @param {string} name @param {string} rule @param {Fault['files']} files @returns {Fault} */
function layers(name, rule, files) {
  return { name, gate: 'layers', says: [`${rule}: `, Object.keys(files)[0] ?? ''], files };
}
