import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { type Clock, type Mount, parseRelPath, parseRemotePath, type RequestChannel } from '@clamshell/core';

import { createRemoteFsBridge } from '../index.ts';

const clock: Clock = { now: () => 0, sleep: () => new Promise(() => {}) };
const latin1 = (text: string) => Buffer.from(text, 'latin1');

const mount = {
  host: '/host',
  sandbox: parseRemotePath('/sandbox'),
  readOnly: false,
  direction: 'both',
  protect: [],
} as unknown as Mount;
const at = { mount, path: parseRelPath('dir/file') };

/** A sandbox that greets as it should, and then answers everything with these bytes: what a hostile one may do. */
function bridgeAnswered(stdout: Uint8Array, status = 0) {
  let asked = 0;
  const request: RequestChannel['request'] = () => {
    asked += 1;
    const greeting = { status: 0, stdout: latin1('2 5\nokready'), stderr: latin1('') };
    return Promise.resolve(asked === 1 ? greeting : { status, stdout, stderr: latin1('its own words') });
  };
  return createRemoteFsBridge({ mounts: [mount], requests: { request }, clock });
}

/** A reply as the programs frame it. */
function frame(...fields: readonly string[]): Uint8Array {
  return latin1(`${fields.map(({ length }) => length).join(' ')}\n${fields.join('')}`);
}

const ENTRY = '81a4 4 1 1700000000.5';

describe('an entry', () => {
  test.each([
    ['from Python', '81a4 12 1 1700000000.123456789', 'file', 1_700_000_000_123_456_789n],
    ['from GNU stat', '41ed 12 2 5 1970-01-01 00:00:05.250000000 +0000', 'directory', 5_250_000_000n],
    ['from busybox without a fraction', '41ed 12 2 5 1970-01-01 00:00:05', 'directory', 5_000_000_000n],
    ['before 1970', 'a1ff 12 1 -1.500000000', 'symlink', -500_000_000n],
    ['of a device', '21b6 12 1 0.000000000', 'special', 0n],
  ])('%s is understood', async (_, entry, kind, mtimeNs) => {
    const bridge = bridgeAnswered(frame('ok', entry));
    expect(await bridge.lstat(at)).toMatchObject({ kind, size: 12, mtimeNs });
  });

  test.each([
    '81a4 99999999999999999 1 0.0',
    '81a4 9007199254740993 1 0.0',
    '81a4 -1 1 0.0',
    '81a4 1 1',
    `${ENTRY}\n`,
    '',
  ])('%j is none', async (entry) => {
    const failed = bridgeAnswered(frame('ok', entry)).lstat(at);
    await expect(failed).rejects.toMatchObject({ code: 'FILE_REPLY_INVALID' });
  });
});

test.each([
  ['missing', 'FILE_NOT_FOUND'],
  ['no-root', 'FILE_NOT_FOUND'],
  ['exists', 'FILE_EXISTS'],
  ['not-empty', 'FILE_NOT_EMPTY'],
  ['kind', 'FILE_KIND'],
  ['escapes', 'PATH_ESCAPES'],
  ['access', 'FILE_ACCESS'],
  ['moved', 'FILE_CHANGED'],
  ['read-only', 'FILE_READ_ONLY'],
  ['linked', 'FILE_LINKED'],
  ['name', 'PATH_INVALID'],
  ['limit', 'OUTPUT_LIMIT'],
  ['io', 'FILE_IO_FAILED'],
  ['constructor', 'FILE_REPLY_INVALID'],
  ['politely', 'FILE_REPLY_INVALID'],
])('refused with %j rejects with %s', async (word, code) => {
  const refused = bridgeAnswered(frame('no', word, 'a\x1b[2J reason')).read(at, { maxBytes: 9 });
  await expect(refused).rejects.toMatchObject({ name: 'FsError', code });
  await expect(refused).rejects.toMatchObject({ message: expect.not.stringContaining('\x1b') });
});

test('a missing root is not a missing file', async () => {
  await expect(bridgeAnswered(frame('no', 'no-root', '')).lstat(at)).rejects.toMatchObject({
    code: 'FILE_NOT_FOUND',
  });
  expect(await bridgeAnswered(frame('no', 'missing', '')).lstat(at)).toBeUndefined();
});

describe('content', () => {
  const read = (...fields: readonly string[]) =>
    bridgeAnswered(frame('ok', ...fields)).read(at, { maxBytes: 10 });

  test('is taken byte for byte, whatever the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (content) => {
        const body = Buffer.from(content).toString('latin1');
        const bridge = bridgeAnswered(frame('ok', ENTRY, 'dir/file', '1:2', body, '1'));
        expect(Buffer.from((await bridge.read(at, { maxBytes: 200 })).bytes)).toEqual(Buffer.from(content));
      }),
    );
  });

  test.each([
    ['that shrank on the way', [ENTRY, 'dir/file', '1:2', 'four', '0'], 'FILE_CHANGED'],
    ['longer than agreed', [ENTRY, 'dir/file', '1:2', 'eleven bytes', '1'], 'OUTPUT_LIMIT'],
    ['from a place that leads out', [ENTRY, '../x', '1:2', 'four', '1'], 'FILE_REPLY_INVALID'],
    ['from an absolute place', [ENTRY, '/etc/x', '1:2', 'four', '1'], 'FILE_REPLY_INVALID'],
    ['without its fields', [ENTRY], 'FILE_REPLY_INVALID'],
  ])('%s is refused', async (_, fields, code) => {
    await expect(read(...fields)).rejects.toMatchObject({ code });
  });
});

test.each([
  ['with a slash in it', `${ENTRY}//a/b\0\0`],
  ['that leads out', `${ENTRY}//..\0\0`],
  ['that is absolute', `${ENTRY}///etc\0\0`],
  ['twice', `${ENTRY}//a\0${ENTRY}//a\0\0`],
  ['over 255 bytes', `${ENTRY}//${'x'.repeat(256)}\0\0`],
  ['cut short', `${ENTRY}//a`],
  ['without an entry', 'a\0\0'],
  ['after the end', `\0${ENTRY}//a\0`],
  ['and no end', `${ENTRY}//a\0`],
])('a list with a name %s is refused whole', async (_, records) => {
  const listed = bridgeAnswered(frame('ok', records)).list(at);
  await expect(listed).rejects.toMatchObject({ code: 'FILE_REPLY_INVALID' });
});

test.each([
  ['noise before the reply', 'Welcome!\n2\nok'],
  ['nothing', ''],
  ['no end of line', '2'],
  ['an endless line of lengths', '1 '.repeat(4000)],
  ['too many fields', '1 1 1 1 1 1 1 1 1\nokkkkkkkkk'],
  ['a negative length', '-1\nok'],
  ['a length beyond all numbers', `${'9'.repeat(15)}\nok`],
  ['a field cut short', '5\nok'],
  ['more than one answer', '2\nok2\nok'],
])('%s is FILE_REPLY_INVALID', async (_, reply) => {
  const write = bridgeAnswered(latin1(reply)).write(at, latin1('x'));
  await expect(write).rejects.toMatchObject({ code: 'FILE_REPLY_INVALID' });
});

test('a program that fails is not taken for an answer', async () => {
  const failed = bridgeAnswered(frame('ok'), 127).write(at, latin1('x'));
  await expect(failed).rejects.toMatchObject({ code: 'FILE_REPLY_INVALID' });
});

test('no answer makes anything fail in another way than with a FsError', async () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.array(fc.string()).map((fields) => frame('ok', ...fields)),
  );
  await fc.assert(
    fc.asyncProperty(noise, async (reply) => {
      for (const call of [
        () => bridgeAnswered(reply).lstat(at),
        () => bridgeAnswered(reply).list(at),
        () => bridgeAnswered(reply).canonical(at),
        () => bridgeAnswered(reply).read(at, { maxBytes: 9 }),
      ]) {
        const outcome: unknown = await call().catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toMatchObject({ name: 'FsError' });
      }
    }),
  );
});
