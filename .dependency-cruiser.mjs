// Who may import whom. Sources are read, never dist: workspace packages resolve through the `@clamshell/source`
// condition. scripts/gates/layers.mjs runs it.

const TEST = '(?:\\.test|\\.fixture)\\.ts$';
const ADAPTERS_AND_ENGINES = 'transport-cli|transport-ssh|gateway-local|sync-mirror|fs-remote';
const IN_A_PACKAGE = { path: '^((?:packages|apps)/[^/]+|tests|bench|soak|examples)/' };
const PUBLISHED = { path: '^(?:packages/(?!testkit/)|apps/)[^/]*/?src/', pathNot: TEST };

/** @typedef {import('dependency-cruiser').IRegularForbiddenRuleType} Rule */

/** @type {Record<string, Pick<Rule, 'comment' | 'from' | 'to'>>} */
const RULES = {
  'not-resolvable': {
    comment: 'Nothing is there. (OpenClaw’s SDK is there once OpenClaw has loaded the plugin.)',
    from: {},
    to: { couldNotResolve: true, pathNot: '^openclaw/plugin-sdk/sandbox$' },
  },
  'no-cycles': { comment: 'Modules that need each other are one.', from: {}, to: { circular: true } },

  'core-below-all': {
    comment: 'core imports no other package.',
    from: { path: '^packages/core/' },
    to: { path: '^(?:packages/(?!core/)|apps/|tests/)' },
  },
  'core-has-no-io': {
    comment: 'Of Node, core uses crypto and path only.',
    from: { path: '^packages/core/', pathNot: TEST },
    to: { dependencyTypes: ['core'], pathNot: '^(?:node:)?(?:crypto|path)$' },
  },
  'host-on-core': {
    comment: 'host imports core only.',
    from: { path: '^packages/host/' },
    to: { path: '^(?:packages/(?!core/|host/)|apps/|tests/)' },
  },
  'adapters-and-engines-apart': {
    comment: 'They import core and host; siblings meet only through a port in core.',
    from: { path: `^packages/(${ADAPTERS_AND_ENGINES})/` },
    to: { path: '^(?:packages/(?!core/|host/)|apps/|tests/)', pathNot: '^packages/$1/' },
  },
  'apps-apart': {
    comment: 'An app imports no other app.',
    from: { path: '^apps/([^/]+)/' },
    to: { path: '^apps/', pathNot: '^apps/$1/' },
  },
  'testkit-on-core': {
    comment: 'testkit imports core only.',
    from: { path: '^packages/testkit/' },
    to: { path: '^(?:packages/(?!core/|testkit/)|apps/|tests/)' },
  },
  'testkit-only-in-tests': {
    comment: 'testkit is for the private tests workspace; a package’s own tests import only the package.',
    from: { pathNot: '^(?:tests|bench|packages/testkit)/' },
    to: { path: '^(?:packages/testkit|tests|bench)/' },
  },

  'front-door-only': {
    comment: 'A package is imported through src/index.ts.',
    from: IN_A_PACKAGE,
    to: { path: '^(?:packages|apps)/[^/]+/', pathNot: ['^$1/', '^(?:packages|apps)/[^/]+/src/index\\.ts$'] },
  },
  'imported-by-name': {
    comment: 'A package is imported by name, not by a relative path.',
    from: IN_A_PACKAGE,
    to: { path: '^(?:packages|apps)/[^/]+/', pathNot: '^$1/', dependencyTypes: ['local'] },
  },

  'execa-at-home': {
    comment: 'Only host, transport-cli and gateway-local start processes through execa.',
    from: { path: '^(?:packages|apps)/', pathNot: '^packages/(?:host|transport-cli|gateway-local)/' },
    to: { path: 'node_modules/execa/' },
  },
  'ssh2-at-home': {
    comment: 'Only transport-ssh, gateway-local and testkit speak SSH.',
    from: { path: '^(?:packages|apps)/', pathNot: '^packages/(?:transport-ssh|gateway-local|testkit)/' },
    to: { path: 'node_modules/(?:@types/)?ssh2/' },
  },
  'openclaw-at-home': {
    comment: 'Only the plugin knows OpenClaw.',
    from: { path: '^(?:packages|apps)/', pathNot: '^apps/openclaw-plugin/' },
    to: { path: 'node_modules/openclaw/' },
  },

  declared: {
    comment: 'What is imported stands in the package’s own manifest; vitest and fast-check in the root’s.',
    from: {},
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], pathNot: 'node_modules/(?:vitest|fast-check)/' },
  },
  'declared-for-users': {
    comment: 'A library does not import what only developers have. (Apps are published as bundles.)',
    from: { path: '^packages/(?!testkit/)[^/]+/src/', pathNot: TEST },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm-peer', 'type-only'] },
  },
  'test-tools-in-tests': {
    comment: 'vitest and fast-check serve tests.',
    from: PUBLISHED,
    to: { path: 'node_modules/(?:vitest|fast-check)/' },
  },
  'no-test-in-source': {
    comment: 'A source imports no test.',
    from: { pathNot: `(?:${TEST}|^tests/)` },
    to: { path: TEST },
  },
};

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: Object.entries(RULES).map(([name, rule]) => ({
    name,
    severity: /** @type {const} */ ('error'),
    ...rule,
  })),
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(?:packages|apps)/[^/]+/dist/' },
    combinedDependencies: false,
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['@clamshell/source', 'import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.mjs', '.js', '.json', '.d.ts'],
    },
  },
};
