// Bundles programs of a package into one file each under `dist`, which start quickly and need no installed package
// besides those named as external.
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { build } from 'esbuild';

// What bundled CommonJS packages expect around them.
const COMMONJS = `import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url), __dirname = import.meta.dirname;`;

/**
 * @param {object} programs
 * @param {string} programs.packageRoot
 * @param {Readonly<Record<string, string>>} programs.entryPoints source files by the name of their program
 * @param {readonly string[]} [programs.external] packages that stay imports
 */
export async function bundlePrograms({ packageRoot, entryPoints, external = [] }) {
  const { outputFiles } = await build({
    absWorkingDir: packageRoot,
    entryPoints: { ...entryPoints },
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    target: 'node22.16',
    format: 'esm',
    // Before `dist` of the other packages exists, and whatever is in it.
    conditions: ['@clamshell/source'],
    banner: { js: COMMONJS },
    // ssh2's native parts are optional, and looked for when it starts.
    external: ['cpu-features', '*.node', ...external],
    legalComments: 'inline',
    logLevel: 'warning',
    write: false,
  });
  await mkdir(path.join(packageRoot, 'dist'), { recursive: true });
  for (const { path: file, contents } of outputFiles) {
    // A program that is being started meanwhile finds the old file or the new one, whole.
    const draft = `${file}.${process.pid}`;
    await writeFile(draft, contents);
    await chmod(draft, 0o755);
    await rename(draft, file);
  }
}
