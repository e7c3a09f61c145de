import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseRelPath } from '@clamshell/core';

import { parseScan, type SandboxScan } from '../index.ts';

const NONCE = 'a'.repeat(32);
const HEAD = ['clamshell-scan 1', 'directory', NONCE, '1700000000', 'gnu', 'gnu', 'records'];
const ROOT = ['e d 755 4096 1.5 1.5 1 42', '.', ''];
const END = 'end 0';
const reply = (...fields: string[]): string => fields.map((field) => `${field}\0`).join('');
const listing = (...records: string[]): string => reply(...HEAD, ...ROOT, ...records, END);
const file = (path: string, head = 'e f 644 3 1.5 1.5 2 42'): string[] => [head, path, ''];
const directory = (path: string, device = '42'): string[] => [`e d 755 4096 1.5 1.5 3 ${device}`, path, ''];

function parsed(text: string): Extract<SandboxScan, { root: 'directory' }> {
  const scan = parseScan(text);
  if (scan.root !== 'directory') throw new TypeError('no directory');
  return scan;
}

describe('a scan of the sandbox', () => {
  test('gives entries with their stat to the nanosecond, and what the tools are', () => {
    const text = listing(
      ...directory('./d'),
      ...file('./d/run', 'e f 755 3 1700000000.1234567890 -1.5000000000 18446744073709551615 42'),
      ...['e l 777 1 1.5 1.5 4 42', './link', 'to\nnowhere'],
      ...['e p 644 0 1.5 1.5 5 42', './fifo', ''],
    );
    const { scan, nonce, tools } = parsed(text);
    const stat = {
      size: 3,
      mtimeNs: 1700000000123456789n,
      ctimeNs: -500000000n,
      inode: 18446744073709551615n,
    };
    expect(Object.fromEntries(scan.tree)).toEqual({
      d: { kind: 'directory' },
      'd/run': { kind: 'file', stat, executable: true },
      link: {
        kind: 'symlink',
        stat: { size: 1, mtimeNs: 1500000000n, ctimeNs: 1500000000n, inode: 4n },
        target: 'to\nnowhere',
      },
      fifo: { kind: 'special' },
    });
    expect({ nonce, tools, torn: scan.isTorn, clock: scan.clockNs }).toEqual({
      nonce: NONCE,
      tools: { find: 'gnu', tar: 'gnu' },
      torn: false,
      clock: 1700000000n * 1_000_000_000n,
    });
  });

  test('gives the same from busybox’s batches', () => {
    const time = '2026-11-23 23:15:10.277686160 +0000';
    const lines = [
      `41ed 4096 1 42 100 100 ${time} ${time}`,
      `81ed 3 2 42 100 -100 ${time} ${time}`,
      `a1ff 1 3 42 100 100 ${time} ${time}`,
    ].join('\n');
    const batch = ['batch 3', '.', './run', './link', lines, 'link 2', 'to', 'done'];
    const { scan } = parsed(reply(...HEAD, ...batch, END));
    const times = { mtimeNs: 100277686160n, ctimeNs: 100277686160n };
    expect(Object.fromEntries(scan.tree)).toEqual({
      run: {
        kind: 'file',
        stat: { size: 3, inode: 2n, mtimeNs: 100277686160n, ctimeNs: -99722313840n },
        executable: true,
      },
      link: { kind: 'symlink', stat: { size: 1, inode: 3n, ...times }, target: 'to' },
    });
  });

  test.each([
    ['missing', { root: 'missing' }],
    ['link', { root: 'not-a-directory' }],
    ['other', { root: 'not-a-directory' }],
  ])('says so where the root is %s', (word, expected) => {
    expect(parseScan(reply('clamshell-scan 1', word))).toEqual(expected);
  });

  test('leaves a mount of another file system alone', () => {
    expect(parsed(listing(...directory('./mnt', '43'))).scan.tree.get(parseRelPath('mnt'))).toEqual({
      kind: 'special',
    });
  });

  test('leaves out, where it is torn, what lies in a directory that went meanwhile', () => {
    const records = [...file('./gone/sub/x'), ...directory('./gone/sub'), ...file('./here')];
    const { scan } = parsed(listing(...records, 'torn'));
    expect([...scan.tree.keys()]).toEqual(['here']);
    expect(scan.isTorn).toBe(true);
    expect(() => parseScan(listing(...records))).toThrow('not a directory');
  });

  test('leaves a directory alone that could not be read, and is not torn by it', () => {
    const records = [...directory('./d'), ...file('./d/seen'), 'unreadable', './d'];
    const { scan } = parsed(reply(...HEAD, ...ROOT, ...records, 'end 1'));
    expect([...scan.tree]).toEqual([['d', { kind: 'special', problem: expect.any(String) }]]);
    expect(scan.isTorn).toBe(false);
  });

  test.each([
    ['find failed', reply(...HEAD, ...ROOT, 'end 1')],
    ['an entry vanished', reply(...HEAD, ...ROOT, 'torn', END)],
  ])('is torn where %s', (_why, text) => {
    expect(parsed(text).scan.isTorn).toBe(true);
  });

  test.each([
    ['', 'nothing'],
    ['x'.repeat(32), 'no hexadecimal'],
    ['ab', 'too short'],
  ])('takes %j for no nonce: %s', (nonce) => {
    const head = HEAD.with(2, nonce);
    expect(parsed(reply(...head, ...ROOT, END)).nonce).toBeUndefined();
  });
});

test('a sandbox that lacks a tool is named as such', () => {
  const scan = () => parseScan(reply('clamshell-scan 1', 'unfit', 'tar'));
  expect(scan).toThrow(
    expect.objectContaining({ code: 'SANDBOX_UNFIT', message: expect.stringContaining('no tar') }),
  );
});

describe('a reply is refused where', () => {
  test.each([
    ['it is empty', ''],
    ['it is something else', reply('hello')],
    ['its last byte is missing', listing(...file('./a')).slice(0, -1)],
    ['its end is missing', reply(...HEAD, ...ROOT, ...file('./a'))],
    ['something follows its end', listing() + reply('x')],
    ['the root is of no known kind', reply('clamshell-scan 1', 'socket')],
    ['the root is not listed', reply(...HEAD, END)],
    ['the clock is no number', reply(...HEAD.with(3, 'now'), ...ROOT, END)],
    ['a tool is of no known kind', reply(...HEAD.with(4, 'bsd'), ...ROOT, END)],
    ['a path leads upwards (1)', listing(...file('./../x'))],
    ['a path leads upwards further down (2)', listing(...directory('./a'), ...file('./a/../../x'))],
    ['a path is absolute (3)', listing(...file('/etc/cron.d/x'))],
    ['a path is absolute with two slashes (4)', listing(...file('.//etc/x'))],
    ['a name is empty (35)', listing(...file('./'))],
    ['a name is a dot (35)', listing(...file('./.'))],
    ['a name is longer than 255 bytes (47)', listing(...file(`./${'n'.repeat(256)}`))],
    ['a path is listed twice (37)', listing(...directory('./d'), ...file('./d'))],
    ['a parent is not listed', listing(...file('./d/x'))],
    ['a parent is a link (7)', listing('e l 777 1 1.5 1.5 4 42', './d', '/tmp', ...file('./d/x'))],
    ['a parent is a file', listing(...file('./d'), ...file('./d/x'))],
    ['it lists the mirror’s own directory', listing(...directory('./.clamshell'))],
    ['it lists what is in it', listing(...directory('./.clamshell'), ...file('./.clamshell/nonce'))],
    ['a size is negative (54)', listing(...file('./a', 'e f 644 -3 1.5 1.5 2 42'))],
    ['a size is 2^63 (54)', listing(...file('./a', 'e f 644 9223372036854775808 1.5 1.5 2 42'))],
    ['a size is beyond 2^53', listing(...file('./a', 'e f 644 9007199254740993 1.5 1.5 2 42'))],
    ['a time is no number', listing(...file('./a', 'e f 644 3 now 1.5 2 42'))],
    ['a field is missing', listing(...file('./a', 'e f 644 3 1.5 1.5 2'))],
    ['a record ends too early', reply(...HEAD, ...ROOT, 'e f 644 3 1.5 1.5 2 42', './a')],
    ['a record is unknown', listing('what', './a')],
    [
      'a batch promises more than it holds',
      listing('batch 2', './a', '81ed 3 2 42 1 1 x x:.1 x x x:.1 x', 'done'),
    ],
    ['a batch is larger than the reply', listing('batch 999999', './a')],
    ['a line of stat is malformed', listing('batch 1', './a', 'hello', 'done')],
  ])('%s', (_why, text) => {
    expect(() => parseScan(text)).toThrow(expect.objectContaining({ code: 'SYNC_REPLY_INVALID' }));
  });

  test('anything else that is not a listing, too', () => {
    const words = fc.constantFrom(
      ...HEAD,
      ...ROOT,
      ...file('./a'),
      ...directory('./a'),
      'batch 1',
      'done',
      'link 0',
      'torn',
      END,
      './../a',
      '',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), (rest) => {
        const text = reply(...HEAD, ...ROOT, ...rest, END);
        const scan = orRefused(() => parseScan(text));
        if (scan?.root !== 'directory') return;
        for (const path of scan.scan.tree.keys()) expect(path.split('/')).not.toContain('..');
      }),
      { numRuns: 3000 },
    );
  });
});

function orRefused<Value>(parse: () => Value): Value | undefined {
  try {
    return parse();
  } catch (error) {
    expect(error).toMatchObject({ code: 'SYNC_REPLY_INVALID' });
    return undefined;
  }
}
