// Writes the files that are made from the sources, formatted: `node scripts/generate.mjs`. With `--check` it writes
// nothing and fails where one of them is not what it would write.
import fs from 'node:fs';
import path from 'node:path';

import * as prettier from 'prettier';

import { GENERATED } from './generate/files.mjs';

const root = path.resolve(import.meta.dirname, '..');
const isCheck = process.argv.includes('--check');

for (const [file, make] of Object.entries(GENERATED)) {
  const target = path.join(root, file);
  const options = { ...(await prettier.resolveConfig(target)), filepath: target };
  const text = await prettier.format(make(), options);
  if (fs.existsSync(target) && fs.readFileSync(target, 'utf8') === text) continue;
  if (isCheck) {
    console.log(`${file} is not what its source makes it; run: node scripts/generate.mjs`);
    process.exitCode = 1;
  } else {
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, text);
    console.log(file);
  }
}
