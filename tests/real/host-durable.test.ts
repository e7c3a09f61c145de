import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { readTextFile } from '@clamshell/host';

const WORKER = fileURLToPath(new URL('host-durable-worker.ts', import.meta.url));

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'host-durable-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('a writer killed at any moment leaves the old or the new content, whole', async () => {
  const file = path.join(directory, 'file');
  for (let kill = 0; kill < 6; kill += 1) {
    const args = ['--conditions=@clamshell/source', WORKER, file];
    const writer = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(writer.stdout, 'data');
    await sleep(17 + 7 * kill);
    writer.kill('SIGKILL');
    await once(writer, 'close');
    const text = await readTextFile(file);
    expect(text === undefined || /^(\d)\1{199999}$/.test(text)).toBe(true);
  }
});
