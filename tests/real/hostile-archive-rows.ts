import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { expect } from 'vitest';

import { isClamshellError } from '@clamshell/core';

import { hostileRow } from './hostile-row.ts';
import { expectContained, plantCanaries } from './mirror-parent.ts';
import { isPull, tamperReply } from './mirror-tamper.ts';
import { World } from './mirror-world.ts';

interface Member {
  readonly name: string;
  readonly type?: '0' | '1' | '2' | '5' | '6';
  readonly target?: string;
  readonly mode?: number;
}

/** What a naive extractor did to the directory `top`, in whose `host` it unpacked. */
type Harm = (top: string) => boolean;

interface Attack {
  readonly row: number;
  readonly what: string;
  /** `top` is the workspace’s parent. */
  readonly members: (top: string) => readonly Member[];
  /** Left out where only another system than this would be harmed. */
  readonly harm?: Harm;
}

const canary = (top: string): string => path.join(top, 'canary');
const isOverwritten: Harm = (top) => fs.readFileSync(canary(top), 'utf8') === 'evil';
const isLinked: Harm = (top) => fs.statSync(canary(top)).nlink === 2;

const ATTACKS: readonly Attack[] = [
  { row: 1, what: 'a name that leads upwards', members: () => [{ name: '../canary' }], harm: isOverwritten },
  {
    row: 2,
    what: 'the same later on',
    members: () => [{ name: 'a', type: '5' }, { name: 'a/../../canary' }],
    harm: isOverwritten,
  },
  { row: 3, what: 'an absolute name', members: (top) => [{ name: canary(top) }], harm: isOverwritten },
  { row: 4, what: 'repeated roots', members: (top) => [{ name: `//${canary(top)}` }], harm: isOverwritten },
  { row: 5, what: 'Windows roots', members: () => [{ name: 'C:\\canary' }, { name: '\\\\server\\share' }] },
  { row: 6, what: 'backslashes', members: () => [{ name: '..\\canary' }] },
  {
    row: 7,
    what: 'a link, then a file through it',
    members: () => [{ name: 'd', type: '2', target: '..' }, { name: 'd/canary' }],
    harm: isOverwritten,
  },
  {
    row: 8,
    what: 'two links that lead out together',
    members: () => [
      { name: 'a', type: '2', target: '.' },
      { name: 'b', type: '2', target: 'a/..' },
      { name: 'b/canary' },
    ],
    harm: isOverwritten,
  },
  {
    row: 10,
    what: 'a hard link to an absolute target',
    members: (top) => [{ name: 'wanted', type: '1', target: canary(top) }],
    harm: isLinked,
  },
  {
    row: 11,
    what: 'a hard link upwards',
    members: () => [{ name: 'wanted', type: '1', target: '../canary' }],
    harm: isLinked,
  },
  {
    row: 19,
    what: 'streams of NTFS',
    members: () => [{ name: '.git::$INDEX_ALLOCATION/config' }, { name: 'x:s' }],
  },
  {
    row: 23,
    what: 'a link to a place whose name begins as the root’s',
    members: (top) => [{ name: 'd', type: '2', target: path.join(top, 'host-evil') }, { name: 'd/x' }],
    harm: (top) => fs.existsSync(path.join(top, 'host-evil/x')),
  },
  {
    row: 33,
    what: 'files that nobody asked for',
    members: () => [{ name: 'Makefile' }],
    harm: (top) => fs.existsSync(path.join(top, 'host/Makefile')),
  },
  {
    row: 35,
    what: 'the root itself, with another mode',
    members: () => [{ name: './', type: '5', mode: 0o777 }],
    harm: (top) => (fs.statSync(path.join(top, 'host')).mode & 0o777) === 0o777,
  },
  {
    row: 49,
    what: 'a program that runs as its owner',
    members: () => [{ name: 'wanted', mode: 0o6755 }],
    harm: (top) => (fs.statSync(path.join(top, 'host/wanted')).mode & 0o6000) !== 0,
  },
  {
    row: 51,
    what: 'a FIFO',
    members: () => [{ name: 'wanted', type: '6' }],
    harm: (top) => fs.statSync(path.join(top, 'host/wanted')).isFIFO(),
  },
  {
    row: 66,
    what: 'a child before its parent, which then is a link',
    members: () => [{ name: 'p/x' }, { name: 'p', type: '2', target: '..' }, { name: 'p/canary' }],
  },
];

for (const { row, what, members, harm } of ATTACKS) {
  hostileRow(row, `${what}, in an archive`, async () => {
    if (harm !== undefined) expectNaiveHarm(members, harm);
    const mode = await withstand((top) => tarOf(members(top)));
    expect(['done', 'ARCHIVE_INVALID']).toContain(mode);
  });
}

hostileRow(60, 'an archive that is packed a thousandfold', async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  expect(bomb.length).toBeLessThan(100_000);
  expect(await withstand(() => bomb)).toBe('ARCHIVE_INVALID');
});

/** A sync whose pull is answered with these bytes; gives how it ended. The parent is as it was. */
async function withstand(bytes: (top: string) => Buffer): Promise<string> {
  const top = { of: '' };
  using world = new World({ tamper: tamperReply(isPull, () => bytes(top.of)) });
  top.of = world.top;
  world.write('sandbox', 'wanted', 'evil');
  world.write('host', 'ours', 'ours');
  const before = plantCanaries(world);
  const end = await world
    .mirror()
    .sync()
    .then(({ status }) => status, codeOf);
  expectContained(world, before);
  expect(Object.keys(world.snapshot('host')).filter((name) => !['ours', 'wanted'].includes(name))).toEqual(
    [],
  );
  expect(world.read('host', 'ours')).toBe('ours');
  return end;
}

function codeOf(error: unknown): string {
  if (!isClamshellError(error)) throw error;
  return error.code;
}

const EXTRACT =
  'import tarfile, sys; tarfile.open(sys.argv[1]).extractall(sys.argv[2], filter="fully_trusted")';

/** Python’s extractor without its filters does what the archive says. */
function expectNaiveHarm(members: Attack['members'], harm: Harm): void {
  if (spawnSync('python3', ['--version']).status !== 0) {
    process.stderr.write('python3 is not installed: what a naive extractor does is not shown\n');
    expect(process.env.CI).not.toBe('true');
    return;
  }
  using world = new World();
  plantCanaries(world);
  const file = path.join(world.top, 'attack.tar');
  fs.writeFileSync(file, tarOf(members(world.top)));
  const done = spawnSync('python3', ['-c', EXTRACT, file, world.host], { encoding: 'utf8' });
  expect(harm(world.top), `the attack works on a naive extractor: ${done.stderr}`).toBe(true);
}

function tarOf(members: readonly Member[]): Buffer {
  return Buffer.concat([...members.map(formatMember), Buffer.alloc(1024)]);
}

/** A header of GNU’s format, which has 100 bytes for a name, and a block of content where it is a file. */
function formatMember({ name, type = '0', target = '', mode = 0o644 }: Member): Buffer {
  const content = type === '0' ? Buffer.from('evil') : Buffer.alloc(0);
  const block = Buffer.alloc(512);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  const fields = [
    [name, 0],
    [octal(mode, 7), 100],
    [octal(0, 7), 108],
    [octal(0, 7), 116],
    [octal(content.length, 11), 124],
    [octal(0, 11), 136],
    ['        ', 148],
    [type, 156],
    [target, 157],
    ['ustar  \0', 257],
  ] as const;
  expect(Math.max(name.length, target.length)).toBeLessThanOrEqual(100);
  for (const [text, offset] of fields) block.write(text, offset, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([block, content, Buffer.alloc(content.length === 0 ? 0 : 512 - content.length)]);
}
