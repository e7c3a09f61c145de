// Bundles the two programs of this package into one file each, which need no installed package to run.
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const packageRoot = fileURLToPath(new URL('..', import.meta.url));

// What bundled CommonJS packages expect around them.
const COMMONJS = `import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url), __dirname = import.meta.dirname;`;

const { outputFiles } = await build({
  absWorkingDir: packageRoot,
  entryPoints: { 'openshell-local': 'src/main.ts', supervisor: 'src/supervisor/main.ts' },
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node22.16',
  format: 'esm',
  // Before `dist` of the other packages exists, and whatever is in it.
  conditions: ['@clamshell/source'],
  banner: { js: COMMONJS },
  // ssh2's native parts are optional, and looked for when it starts.
  external: ['cpu-features', '*.node'],
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
