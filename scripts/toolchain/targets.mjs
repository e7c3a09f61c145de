import path from 'node:path';

/** @typedef {'toolchain' | 'install' | 'build'} Need */

/**
 * @typedef {object} Target
 * @property {readonly Need[]} needs in the order they are met
 * @property {(root: string) => string[]} program what Node runs, before the caller's own arguments
 * @property {boolean} [keepsDirectory] starts where the caller stood, not in the repository: npm changes directory
 */

/** @type {readonly Need[]} */
const INSTALLED = ['toolchain', 'install'];
/** @type {readonly Need[]} */
const BUILT = [...INSTALLED, 'build'];

/** @type {Readonly<Record<string, Target>>} */
export const TARGETS = {
  start: { needs: BUILT, program: script('scripts/quickstart.mjs') },
  clamshell: { needs: BUILT, program: script('apps/cli/dist/main.js'), keepsDirectory: true },
  test: { needs: BUILT, program: script('node_modules/vitest/vitest.mjs', 'run') },
  'test:full': {
    needs: BUILT,
    program: script('node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.full.config.ts'),
  },
  bench: { needs: BUILT, program: script('bench/src/main.ts') },
  soak: { needs: BUILT, program: script('soak/src/main.ts') },
  check: { needs: INSTALLED, program: script('scripts/check.mjs') },
  'check:gates': { needs: INSTALLED, program: script('scripts/check-gates.mjs') },
  mutation: { needs: INSTALLED, program: script('scripts/mutation.mjs') },
  build: { needs: INSTALLED, program: script('node_modules/turbo/bin/turbo', 'run', 'build') },
};

/** @param {string} file @param {string[]} first */
function script(file, ...first) {
  return (/** @type {string} */ root) => [path.join(root, file), ...first];
}
