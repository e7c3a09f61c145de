import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';

import { expect } from 'vitest';

import { type FsBridge, isClamshellError, parseRelPath } from '@clamshell/core';
import type { FsBridgeSubject } from '@clamshell/testkit';

const SECRET = 'not yours, and longer than all that is written here';

type Attempt = (bridge: FsBridge, at: (name: string) => Parameters<FsBridge['stat']>[0]) => Promise<unknown>;

const some = Buffer.from('mine');

/** Every operation, by way of directories and names that are swapped for links all the time. */
const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  write: (bridge, at) => bridge.write(at('turns/inner/file'), some, { parents: true }),
  lstat: (bridge, at) => bridge.lstat(at('turns/inner/file')),
  stat: (bridge, at) => bridge.stat(at('turns/file')),
  list: (bridge, at) => bridge.list(at('turns/inner')),
  'read by a parent': async (bridge, at) =>
    (await bridge.read(at('turns/inner/file'), { maxBytes: 99 })).bytes,
  'read by a name': async (bridge, at) => (await bridge.read(at('turns/file'), { maxBytes: 99 })).bytes,
  'write by a name': (bridge, at) => bridge.write(at('turns/file'), some),
  append: (bridge, at) => bridge.append(at('turns/file'), some),
  create: (bridge, at) => bridge.createExclusive(at('turns/inner/new'), some, { parents: true }),
  mkdir: (bridge, at) => bridge.makeDirectory(at('turns/inner/made/below')),
  'copy out': (bridge, at) => bridge.copy({ from: at('turns/inner/file'), to: at('copied') }),
  'read the copy': async (bridge, at) => (await bridge.read(at('copied'), { maxBytes: 99 })).bytes,
  'copy in': (bridge, at) => bridge.copy({ from: at('copied'), to: at('turns/inner/file') }),
  'rename in': (bridge, at) => bridge.rename({ from: at('turns/inner/new'), to: at('turns/file') }),
  'rename out': (bridge, at) => bridge.rename({ from: at('turns/inner/file'), to: at('copied') }),
  'remove a file': (bridge, at) => bridge.remove(at('turns/inner/new')),
  checksum: async (bridge, at) => (await bridge.checksum?.(at('turns/inner/file')))?.entry,
  'remove a tree': (bridge, at) => bridge.remove(at('turns/inner'), { recursive: true }),
};

/** What looks at trees by name where no descriptors are to be had: see `FsContainment`. */
const ON_TREES: Readonly<Record<string, Attempt>> = {
  walk: async (bridge, at) => {
    const found: unknown[] = [];
    for await (const entry of bridge.walk?.(at('turns'), { maxDepth: 9 }) ?? []) found.push(entry);
    return found;
  },
  search: async (bridge, at) => {
    const found: unknown[] = [];
    for await (const match of bridge.search?.(at('turns'), { pattern: 'yours', maxMatches: 9 }) ?? []) {
      found.push(match);
    }
    expect(found).toEqual([]);
  },
};

export interface RaceOptions {
  readonly seconds: number;
  readonly trees: boolean;
}

/** Runs every operation over and over while another process swaps what it goes by; resolves with counts. */
export async function race({ subject, world }: FsBridgeSubject, { seconds, trees }: RaceOptions) {
  const before = furnish(world.outside);
  const swapper = spawn(process.execPath, ['-e', SWAP, world.main.sandbox, world.outside], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(swapper.stdout, 'data');
  swapper.stdout.resume();
  const at = (name: string) => ({ mount: world.main, path: parseRelPath(name) });
  const counts = { done: 0, refused: 0 };
  const until = Date.now() + seconds * 1000;
  while (Date.now() < until) {
    for (const [name, attempt] of Object.entries({ ...ATTEMPTS, ...(trees ? ON_TREES : {}) })) {
      const outcome = await attempt(subject, at).then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
      judge(name, outcome);
      if ('value' in outcome) counts.done += 1;
      else counts.refused += 1;
    }
  }
  expect(swapper.exitCode).toBeNull();
  swapper.kill('SIGKILL');
  await once(swapper, 'close');
  expect(snapshot(world.outside)).toEqual(before);
  return counts;
}

function judge(name: string, outcome: { value: unknown } | { error: unknown }): void {
  if ('error' in outcome) {
    const { error } = outcome;
    expect(isClamshellError(error) ? error.name : error, name).toBe('FsError');
    return;
  }
  const { value } = outcome;
  if (value instanceof Uint8Array) expect(Buffer.from(value).toString(), name).not.toContain('not yours');
  const seen = JSON.stringify(value ?? null, (_, part: unknown) =>
    typeof part === 'bigint' ? Number(part) : part,
  );
  expect(seen, name).not.toContain('canary');
  expect(seen, name).not.toContain(`"size":${SECRET.length}`);
}

function furnish(outside: string): unknown {
  fs.mkdirSync(path.join(outside, 'inner'));
  for (const name of ['file', 'new', 'inner/file', 'inner/new', 'inner/canary']) {
    fs.writeFileSync(path.join(outside, name), SECRET);
  }
  return snapshot(outside);
}

function snapshot(directory: string): unknown {
  const names = fs.readdirSync(directory, { recursive: true, encoding: 'utf8' }).toSorted();
  return names.map((name) => {
    const { mode, mtimeMs, nlink, size, ino } = fs.lstatSync(path.join(directory, name));
    return { name, mode, mtimeMs, nlink, size, ino };
  });
}

/** In turn: a directory, one below it, and a file in it, each moved aside for a link that leads out. */
const SWAP = `
const fs = require('node:fs');
const [root, outside] = process.argv.slice(1);
process.chdir(root);
const attempt = (step) => { try { step(); } catch {} };
const swap = (name, aside, target) => {
  attempt(() => fs.renameSync(name, aside));
  attempt(() => fs.symlinkSync(target, name));
  attempt(() => fs.unlinkSync(name));
  try { fs.renameSync(aside, name); } catch { attempt(() => fs.rmSync(aside, { recursive: true })); }
};
attempt(() => fs.mkdirSync('turns/inner', { recursive: true }));
console.log('ready');
for (;;) {
  swap('turns', 'aside', outside);
  swap('turns/inner', 'turns/aside', outside + '/inner');
  swap('turns/file', 'turns/aside-file', outside + '/file');
}
`;
