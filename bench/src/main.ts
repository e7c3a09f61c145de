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
const began = new Date().toISOString();
const rows: unknown[] = [];
for (const rttMs of [0, 50]) {
  using rig = prepareRig(rttMs);
  if (isWanted('files')) note(await benchFiles(rig));
  for (const files of isWanted('mirror') ? sizes : []) {
    note(await benchCycles(rig, files));
    note(await benchFirstPush(rig, files));
  }
  if (rttMs === 0 && isWanted('mirror')) note(await benchLargeFile(rig, 1024));
}

/** Written after each group: a run that is cut keeps what it measured. */
function note(more: readonly unknown[]): void {
  rows.push(...more);
  const results = fileURLToPath(new URL('../results', import.meta.url));
  mkdirSync(results, { recursive: true });
  const file = path.join(results, `${began.slice(0, 16).replace(':', '')}.json`);
  const result = { date: began, machine: machine(), rows };
  writeFileSync(file, `${JSON.stringify(result, undefined, 2)}\n`);
}

function machine(): Readonly<Record<string, unknown>> {
  return {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    loadAtEnd: loadavg()[0],
  };
}
