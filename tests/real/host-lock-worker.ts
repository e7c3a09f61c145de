// A process of the lock tests: `host-lock-worker.ts <directory> <mode> <rounds>`. Every word it prints is a line.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';

import { acquireLock, identifyProcess, isProcessAlive, type ProcessIdentity } from '@clamshell/host';

const [directory = '', mode, rounds] = process.argv.slice(2);
const lock = path.join(directory, 'lock');
const counter = path.join(directory, 'counter');
const marker = path.join(directory, 'marker');

if (mode === 'hold') {
  await acquireLock(lock);
  say('held');
  setInterval(() => {}, 60_000);
} else {
  for (let round = 0; round < Number(rounds); round += 1) {
    await using _lock = await acquireLock(lock);
    await insideAlone();
  }
  say('done');
}

/** Says `violated` when another living process is inside; one that was killed there leaves its marker. */
async function insideAlone(): Promise<void> {
  const other = readMarker();
  if (other !== undefined && isProcessAlive(other)) say('violated');
  writeFileSync(marker, JSON.stringify(identifyProcess(process.pid)));
  const count = Number(readFileSync(counter, 'utf8'));
  await breathe();
  writeFileSync(counter, String(count + 1).padStart(8, '0'));
  rmSync(marker);
}

function readMarker(): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(marker, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

function say(word: string): void {
  process.stdout.write(`${word}\n`);
}
