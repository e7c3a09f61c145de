// Bundles programs of the package in the current directory into one file each under `dist`, which start quickly and
// need no installed package besides those named as external:
//   node ../../scripts/bundle-programs.mjs NAME=SOURCE… [--external PACKAGE]… [--split]
// With --split, what a program imports on demand lies beside it in files of its own, loaded when it is needed.
import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { build } from 'esbuild';

// What bundled CommonJS packages expect around them.
const COMMONJS = `import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url), __dirname = import.meta.dirname;`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    external: { type: 'string', multiple: true, default: [] },
    split: { type: 'boolean', default: false },
  },
});

const { outputFiles } = await build({
  entryPoints: Object.fromEntries(positionals.map((program) => program.split('='))),
  outdir: 'dist',
  chunkNames: 'part-[name]-[hash]',
  bundle: true,
  splitting: values.split,
  platform: 'node',
  target: 'node22.16',
  format: 'esm',
  // Before `dist` of the other packages exists, and whatever is in it.
  conditions: ['@clamshell/source'],
  // Older packages name their ES modules so.
  mainFields: ['module', 'main'],
  banner: { js: COMMONJS },
  // ssh2's native parts are optional, and looked for when it starts.
  external: ['cpu-features', '*.node', ...values.external],
  legalComments: 'inline',
  logLevel: 'warning',
  write: false,
});

await mkdir('dist', { recursive: true });
for (const { path: file, contents } of outputFiles) {
  // A program that is being started meanwhile finds the old file or the new one, whole.
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, contents);
  await chmod(draft, 0o755);
  await rename(draft, file);
}

const made = new Set(outputFiles.map((output) => path.basename(output.path)));
for (const name of await readdir('dist'))
  if (name.startsWith('part-') && !made.has(name)) await rm(path.join('dist', name));
