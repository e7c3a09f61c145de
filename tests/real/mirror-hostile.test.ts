import fs from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import {
  directoryMember,
  fileMember,
  hardLinked,
  inflated,
  isDigest,
  isPull,
  isPush,
  isScan,
  linkMember,
  replaceText,
  sends,
  type Tamper,
  tamperAll,
  tamperBefore,
  tamperReply,
  tarOf,
} from './mirror-tamper.ts';
import { World } from './mirror-world.ts';

const MEBIBYTE = Buffer.alloc(1024 * 1024, 'x');

/** A sandbox with one file the host lacks, a file of another content on both sides, and a canary beside the halves. */
function hostileWorld(tamper: Tamper): World {
  const world = new World({ tamper });
  world.write('host', 'both', 'ours__');
  world.write('sandbox', 'both', 'theirs');
  world.write('sandbox', 'wanted', 'theirs');
  world.write('sandbox', 'plain', 'theirs');
  fs.writeFileSync(path.join(world.top, 'canary'), 'outside');
  return world;
}

/** Nothing beside the halves came, went or changed, and nothing is left in staging. */
function expectUntouched(world: World): void {
  expect(fs.readdirSync(world.top).toSorted()).toEqual(['canary', 'host', 'sandbox', 'state']);
  expect(fs.readFileSync(path.join(world.top, 'canary'), 'utf8')).toBe('outside');
  const staging = path.join(world.host, '.clamshell/staging');
  if (fs.existsSync(staging)) expect(fs.readdirSync(staging)).toEqual([]);
}

async function expectHealed(world: World): Promise<void> {
  expect(await world.mirror({}).sync()).toMatchObject({ status: 'done', problems: [] });
  expect(world.snapshot('sandbox')).toEqual(world.snapshot('host'));
}

describe('a sandbox that answers with', () => {
  const rows: readonly (readonly [what: string, tamper: Tamper, code: string])[] = [
    [
      'a path that leads out',
      tamperReply(isScan, replaceText('./wanted', './../wanted')),
      'SYNC_REPLY_INVALID',
    ],
    ['an absolute path', tamperReply(isScan, replaceText('./wanted', '/etc/wanted')), 'SYNC_REPLY_INVALID'],
    ['a listing that is cut', tamperReply(isScan, (reply) => reply.subarray(0, -8)), 'SYNC_REPLY_INVALID'],
    ['a listing that never ends', tamperReply(isScan, () => Buffer.alloc(0)), 'SYNC_REPLY_INVALID'],
    [
      'noise without end',
      tamperAll(isScan, () => Array.from({ length: 4 }, () => MEBIBYTE)),
      'SYNC_REPLY_INVALID',
    ],
    ['something else altogether', tamperAll(isScan, () => [Buffer.from('welcome\n')]), 'SYNC_REPLY_INVALID'],
    ['digests that are none', tamperReply(isDigest, replaceText('a', 'z')), 'SYNC_REPLY_INVALID'],
    ['a digest too few', tamperReply(isDigest, (reply) => reply.subarray(65)), 'SYNC_REPLY_INVALID'],
    [
      'an archive that is cut in a header',
      tamperReply(isPull, (tar) => tar.subarray(0, 500)),
      'ARCHIVE_INVALID',
    ],
    [
      'an archive that is cut in a file',
      tamperReply(isPull, (tar) => tar.subarray(0, 515)),
      'ARCHIVE_INVALID',
    ],
    ['an archive that is none', tamperReply(isPull, () => Buffer.alloc(2048, 'x')), 'ARCHIVE_INVALID'],
    [
      'a file of 1 TiB',
      tamperReply(isPull, async () => inflated(await tarOf(fileMember('wanted', 'x')))),
      'LIMIT_EXCEEDED',
    ],
  ];

  test.each(rows)('%s fails the sync and leaves the host as it was', async (_what, tamper, code) => {
    using world = hostileWorld(tamper);
    await expect(world.mirror().sync()).rejects.toMatchObject({ code });
    expect(world.snapshot('host')).toEqual({ both: 'file: ours__' });
    expectUntouched(world);
    await expectHealed(world);
  });

  test.each([
    ['a reply to a push that is cut', (reply: Buffer) => reply.subarray(0, -1)],
    ['a reply to a push that lists what it may not', replaceText('unplaced\0', 'unplaced\0../x\0')],
    ['a reply to a push that says nothing of paths', replaceText('touched\0', '')],
  ])('%s fails the sync, which has brought home what there was', async (_what, damage) => {
    using world = hostileWorld(tamperReply(isPush, damage));
    await expect(world.mirror().sync()).rejects.toMatchObject({ code: 'SYNC_REPLY_INVALID' });
    expect(world.snapshot('host')).toEqual({
      both: 'file: ours__',
      plain: 'file: theirs',
      wanted: 'file: theirs',
    });
    expectUntouched(world);
    await expectHealed(world);
  });

  test('noise before each reply is understood all the same', async () => {
    using world = hostileWorld(
      tamperBefore(() => true, Buffer.from('\n\u001b]0;title\u0007Welcome!\n'.repeat(100))),
    );
    expect(await world.sync()).toMatchObject({ problems: [] });
    expect(world.snapshot('sandbox')).toEqual(world.snapshot('host'));
  });
});

describe('of an archive only what was asked for is taken:', () => {
  const wanted = fileMember('wanted', 'theirs');
  const plain = fileMember('plain', 'theirs');
  const both = fileMember('both', 'theirs');
  const rows: readonly (readonly [what: string, tamper: Tamper, problems: readonly string[]])[] = [
    ['a file that was not requested (33)', sends(wanted, plain, both, fileMember('extra', 'x')), ['extra']],
    ['a name that leads out (1)', sends(fileMember('../canary', 'x'), wanted, plain, both), []],
    [
      'a name that leads out in place of the file',
      sends(fileMember('x/../../canary', 'x'), wanted, both),
      ['plain'],
    ],
    ['an absolute name (3)', sends(fileMember('/tmp/clamshell-evil', 'x'), wanted, both), ['plain']],
    [
      'a link, then a file through it (7)',
      sends(linkMember('d', '..'), fileMember('d/canary', 'x'), wanted, plain, both),
      ['d'],
    ],
    [
      'a hook (17)',
      sends(wanted, plain, both, fileMember('.git/hooks/pre-commit', 'x')),
      ['.git/hooks/pre-commit'],
    ],
    [
      'the mirror’s own directory',
      sends(wanted, plain, both, fileMember('.clamshell/undo/x', 'x')),
      ['.clamshell/undo/x'],
    ],
    ['a directory in place of the file (34)', sends(directoryMember('wanted'), plain, both), ['wanted']],
    ['a link in place of the file (34)', sends(linkMember('wanted', '/etc/passwd'), plain, both), ['wanted']],
    [
      'a file of another size (53)',
      sends(fileMember('wanted', 'longer than it was'), plain, both),
      ['wanted'],
    ],
    ['the same file twice', sends(wanted, plain, both, fileMember('wanted', 'THEIRS')), ['wanted']],
    ['nothing', sends(), ['both', 'plain', 'wanted']],
    [
      'another content than its digest said (67)',
      sends(wanted, plain, fileMember('both', 'THEIRS')),
      ['both'],
    ],
  ];

  test.each(rows)('%s', async (_what, tamper, expected) => {
    using world = hostileWorld(tamper);
    const { problems, conflicts } = await world.sync();
    expect(problems.map((problem) => problem.path as string).toSorted()).toEqual(expected);
    const { both: kept, ...came } = world.snapshot('host');
    expect(kept).toBe('file: ours__');
    expect(new Set(Object.values(came))).toEqual(
      new Set(Object.keys(came).length === 0 ? [] : ['file: theirs']),
    );
    for (const name of ['plain', 'wanted']) expect(name in came || expected.includes(name), name).toBe(true);
    expect(world.read('sandbox', 'both'), 'a loser that could not be kept is not replaced').toBe(
      expected.includes('both') ? 'theirs' : 'ours__',
    );
    expect(conflicts.length).toBe(expected.includes('both') ? 0 : 1);
    expectUntouched(world);
    expect(fs.existsSync('/tmp/clamshell-evil')).toBe(false);
    await expectHealed(world);
  });

  test('a hard link to a file of the host (10)', async () => {
    using world = hostileWorld(
      tamperReply(isPull, async () => hardLinked(await tarOf(fileMember('wanted', 'x')), '/etc/passwd')),
    );
    const { problems } = await world.sync();
    expect(problems.map((problem) => problem.path as string).toSorted()).toEqual(['both', 'plain', 'wanted']);
    expect(world.snapshot('host')).toEqual({ both: 'file: ours__' });
    expectUntouched(world);
  });
});

test('a sandbox whose listing lies about everything changes no more than names inside the host', async () => {
  const lie = replaceText('./plain\0', './d\0');
  using world = hostileWorld(tamperReply(isScan, lie));
  const { problems } = await world.sync();
  expect(problems.map((problem) => problem.path as string)).toEqual(['d']);
  expect(world.snapshot('host')).toEqual({ both: 'file: ours__', wanted: 'file: theirs' });
  expectUntouched(world);
});
