import { cpus, loadavg, release, totalmem } from 'node:os';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { benchCycles, benchFirstPush } from './cycles.ts';
import { benchFiles } from './file-work.ts';
import { benchLargeFile } from './large-file.ts';
import { prepareRig } from './rig.ts';

/**
 * `npm run bench [-- mirror|files] [FILES…]`: the mirror, over trees of so many files, 1,000 and 10,000 when left out, and
 * single files at a distance; both when neither is named. Writes bench/results/.
 */
const words = process.argv.slice(2);
const given = words.map(Number).filter(Number.isSafeInteger);
const isWanted = (subject: string) => words.includes(subject) || words.length === given.length;
const sizes = given.length === 0 ? [1000, 10_000] : given;
const rows: unknown[] = [];
for (const rttMs of [0, 50]) {
  using rig = prepareRig(rttMs);
  if (isWanted('files')) rows.push(...(await benchFiles(rig)));
  for (const files of isWanted('mirror') ? sizes : []) {
    rows.push(...(await benchCycles(rig, files)), ...(await benchFirstPush(rig, files)));
  }
  if (rttMs === 0 && isWanted('mirror')) rows.push(...(await benchLargeFile(rig, 1024)));
}
const date = new Date().toISOString();
const results = fileURLToPath(new URL('../results', import.meta.url));
mkdirSync(results, { recursive: true });
const machine = {
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  kernel: release(),
  node: process.version,
  loadAtEnd: loadavg()[0],
};
const file = path.join(results, `${date.slice(0, 16).replace(':', '')}.json`);
writeFileSync(file, `${JSON.stringify({ date, machine, rows }, undefined, 2)}\n`);
console.log(file);
