import { cpus, loadavg, release, totalmem } from 'node:os';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { benchCycles, benchFirstPush } from './cycles.ts';
import { benchLargeFile } from './large-file.ts';
import { prepareRig } from './rig.ts';

/** `npm run bench [-- FILES…]`: trees of so many files, 1,000 and 10,000 when left out. Writes bench/results/. */
const given = process.argv.slice(2).map(Number).filter(Number.isSafeInteger);
const sizes = given.length === 0 ? [1000, 10_000] : given;
const rows: unknown[] = [];
for (const rttMs of [0, 50]) {
  using rig = prepareRig(rttMs);
  for (const files of sizes) {
    rows.push(...(await benchCycles(rig, files)), ...(await benchFirstPush(rig, files)));
  }
  if (rttMs === 0) rows.push(...(await benchLargeFile(rig, 1024)));
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
