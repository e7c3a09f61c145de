import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { readArchive, writeArchive } from '@clamshell/host';

import { buildTree, DEEP, extract, snapshot, type Snapshot, sourcesOf } from './host-archive-tree.ts';

const LIMITS = { maxEntries: 10_000, maxTotalBytes: 2 ** 30, maxFileBytes: 2 ** 30 };
const SECOND = 1_000_000_000n;

let base: string;
let from: string;
let to: string;

beforeEach(() => {
  base = mkdtempSync(path.join(tmpdir(), 'host-archive-'));
  [from, to] = [path.join(base, 'from'), path.join(base, 'to')];
  execFileSync('mkdir', [from, to]);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

/** Why a program's tests can't run here; in CI its absence is a failure of those tests. */
function missing(program: string, ...args: string[]): boolean {
  const isThere = spawnSync(program, args).status === 0;
  if (!isThere) process.stderr.write(`skipped: ${program} ${args.join(' ')} does not run here\n`);
  return !isThere && process.env['CI'] !== 'true';
}

async function pack(command: readonly string[]): Promise<AsyncIterable<Uint8Array>> {
  const [program = '', ...args] = command;
  return spawn(program, args, { cwd: from, stdio: ['ignore', 'pipe', 'inherit'] }).stdout;
}

async function unpack(command: readonly string[], archive: AsyncIterable<Uint8Array>): Promise<void> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd: to, stdio: ['pipe', 'inherit', 'inherit'] });
  const closed = once(child, 'close');
  await pipeline(Readable.from(archive), child.stdin);
  expect(await closed).toEqual([0, null]);
}

describe.skipIf(missing('tar', '--version'))('GNU tar', () => {
  test.each([
    ['pax', 'exact', 1000n],
    ['gnu', 'whole', SECOND],
  ] as const)('what it writes as %s is read whole', async (format, seconds, unitNs) => {
    buildTree(from, seconds);
    const archive = await pack(['tar', `--format=${format}`, '-cf', '-', '.']);
    expect(await extract(readArchive(archive, LIMITS), to)).toEqual([]);
    expect(snapshot(to, unitNs)).toEqual(snapshot(from, unitNs));
  });

  test('what it writes as ustar is read whole, without the names that ustar cannot hold', async () => {
    buildTree(from, 'whole');
    for (const name of [DEEP[0], 'n'.repeat(255), 'y'.repeat(101), 'long-link'])
      rmSync(path.join(from, name ?? ''), { recursive: true });
    const archive = await pack(['tar', '--format=ustar', '-cf', '-', '.']);
    expect(await extract(readArchive(archive, LIMITS), to)).toEqual([]);
    expect(snapshot(to, SECOND)).toEqual(snapshot(from, SECOND));
  });

  test.each(['C', 'C.UTF-8'])('it reads what we write, byte for byte, in locale %s', async (locale) => {
    buildTree(from, 'exact');
    await unpack(['env', `LC_ALL=${locale}`, 'tar', '-xpf', '-'], writeArchive(sourcesOf(from)));
    expect(snapshot(to, 1000n)).toEqual(snapshot(from, 1000n));
  });

  test('its hard links, FIFOs and sparse files are refused, and no more than them', async () => {
    execFileSync('sh', ['-c', 'echo x >a; ln a b; mkfifo f; truncate -s 1M s; echo y >>s; echo z >z'], {
      cwd: from,
    });
    const archive = await pack(['tar', '--format=pax', '-S', '-cf', '-', 'a', 'b', 'f', 's', 'z']);
    expect(await extract(readArchive(archive, LIMITS), to)).toEqual([
      'a hard link',
      'a FIFO',
      'a sparse file',
    ]);
    expect(Object.keys(snapshot(to, 1n)).toSorted()).toEqual(['a', 'z']);
  });

  test('it finds the end where we put it: nothing follows, nothing is missing', async () => {
    buildTree(from, 'exact');
    const listed = spawn('tar', ['-tf', '-'], { stdio: ['pipe', 'pipe', 'pipe'] });
    const words = listed.stderr.setEncoding('utf8').toArray();
    listed.stdout.resume();
    await pipeline(Readable.from(writeArchive(sourcesOf(from))), listed.stdin);
    expect(await words).toEqual([]);
  });
});

describe.skipIf(missing('busybox', 'tar', '--help'))('busybox tar', () => {
  test('what it writes is read whole', async () => {
    buildTree(from, 'whole');
    const archive = await pack(['busybox', 'tar', '-cf', '-', '.']);
    expect(await extract(readArchive(archive, LIMITS), to)).toEqual([]);
    expect(snapshot(to, SECOND)).toEqual(snapshot(from, SECOND));
  });

  test('it reads what we write, with times of files to the second', async () => {
    buildTree(from, 'exact');
    await unpack(['busybox', 'tar', '-xpf', '-'], writeArchive(sourcesOf(from)));
    expect(withoutOtherTimes(snapshot(to, SECOND))).toEqual(withoutOtherTimes(snapshot(from, SECOND)));
  });

  /** busybox leaves a link its own time, and a directory that of the last thing made in it. */
  function withoutOtherTimes(all: Snapshot): Snapshot {
    const times = /^(symlink |directory \d+) \d+/;
    return Object.fromEntries(Object.entries(all).map(([at, text]) => [at, text.replace(times, '$1')]));
  }
});
