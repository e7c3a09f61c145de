import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
  closeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { parseHostPath, parseRelPath as rel } from '@clamshell/core';
import { openHostTree } from '@clamshell/host';

/** Turns `d` into a link that leads out and back again, as fast as it can, until it is terminated. */
const SWAPPER = `
  const { renameSync, symlinkSync } = require('node:fs');
  const { root, outside } = require('node:worker_threads').workerData;
  symlinkSync(outside, root + '/link');
  for (;;) {
    renameSync(root + '/d', root + '/aside');
    renameSync(root + '/link', root + '/d');
    renameSync(root + '/d', root + '/link');
    renameSync(root + '/aside', root + '/d');
  }
`;

let base: string;

beforeEach(() => {
  base = mkdtempSync(path.join(tmpdir(), 'host-race-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

test.runIf(process.platform === 'linux')(
  'a parent that is swapped for a link all the time never leads out (row 26)',
  async () => {
    const [root, outside] = [path.join(base, 'root'), path.join(base, 'outside')];
    mkdirSync(path.join(root, 'd'), { recursive: true });
    mkdirSync(outside);
    writeFileSync(path.join(outside, 'victim'), 'canary');
    const swapper = new Worker(SWAPPER, { eval: true, workerData: { root, outside } });
    const codes = new Set<string>();
    try {
      for (let round = 0; round < 8000; round += 1) {
        codes.add(attack(root, round));
      }
    } finally {
      await swapper.terminate();
    }
    expect(readdirSync(outside)).toEqual(['victim']);
    expect(readFileSync(path.join(outside, 'victim'), 'utf8')).toBe('canary');
    for (const code of codes) expect(['done', 'FILE_NOT_FOUND', 'PATH_ESCAPES', 'FILE_KIND']).toContain(code);
    expect(codes).toContain('done');
  },
);

/** One round of everything that writes, each time by a tree that remembers nothing. */
function attack(root: string, round: number): string {
  using tree = openHostTree(parseHostPath(root));
  try {
    const fd = tree.createFile(rel(`d/new-${round}`), 0o644);
    writeSync(fd, 'x');
    closeSync(fd);
    tree.rename(rel(`d/new-${round}`), rel('d/victim'));
    tree.setMode(rel('d/victim'), 0o777);
    tree.unlink(rel('d/victim'));
    return 'done';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}
