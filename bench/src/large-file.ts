import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';

import { clear, freshPlaces } from './cycles.ts';
import { measure, measureMemory } from './measure.ts';
import { ours } from './ours.ts';
import { catOverSsh, type Places } from './peers.ts';
import { report } from './report.ts';
import type { Rig } from './rig.ts';

/** One file of `mebibytes`, each way, beside OpenSSH’s `cat`; with the memory that ours took. */
export async function benchLargeFile(rig: Rig, mebibytes: number): Promise<readonly unknown[]> {
  const rows: unknown[] = [];
  for (const way of ['push', 'pull'] as const) {
    const places = freshPlaces(rig);
    const from = way === 'push' ? places.host : places.sandbox;
    await using clamshell = await ours(rig, places);
    await clamshell.push();
    writeBig(from, mebibytes);
    let mine = { medianMs: 0, allMs: [] as readonly number[] };
    const memoryMiB = await measureMemory(async () => {
      mine = await measure(1, clamshell[way]);
    });
    removeOther(places, from);
    const theirs = await measure(1, catOverSsh(rig, places)[way]);
    const row = { what: `one file of ${mebibytes} MiB, ${way}`, files: 1, rttMs: rig.rttMs };
    rows.push({ ...(report(row, { clamshell: mine, 'cat over ssh, cold': theirs }) as object), memoryMiB });
    console.log(`peak above the memory before: ${memoryMiB} MiB`);
    clear(places);
  }
  return rows;
}

function writeBig(directory: string, mebibytes: number): void {
  const fd = openSync(path.join(directory, 'big'), 'w');
  const chunk = Buffer.alloc(2 ** 20);
  for (let index = 0; index < mebibytes; index += 1) {
    chunk.fill(`${index} `);
    writeSync(fd, chunk);
  }
  closeSync(fd);
}

function removeOther({ host, sandbox }: Places, from: string): void {
  rmSync(path.join(from === host ? sandbox : host, 'big'), { force: true });
}
