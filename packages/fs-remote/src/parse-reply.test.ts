import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { type BufferedResult, parseRelPath, parseRemotePath, type ShellRunner } from '@clamshell/core';

import { createRemoteFsBridge } from './index.ts';

const path = parseRelPath('dir/file');
const bytes = (text: string) => Buffer.from(text, 'latin1');

/** A sandbox that answers everything with these bytes: what a hostile one may do. */
function bridgeAnswered(stdout: Uint8Array, code = 0) {
  const result: BufferedResult = { code, stdout, stderr: bytes('the shell’s own words') };
  const shell: Pick<ShellRunner, 'run'> = { run: () => Promise.resolve(result) };
  return createRemoteFsBridge({ shell: shell as ShellRunner, root: parseRemotePath('/sandbox') });
}

describe('lstat', () => {
  test.each([
    [
      'GNU stat',
      'entry 81a4 12 1700000000 2023-11-14 22:13:20.123456789 +0000\n',
      'file',
      1_700_000_000_123_456_789n,
    ],
    ['busybox without a fraction', 'entry 41ed 12 5 1970-01-01 00:00:05\n', 'directory', 5_000_000_000n],
    ['before 1970', 'entry a1ff 12 -1 1969-12-31 23:59:59.500000000 +0000\n', 'symlink', -500_000_000n],
    ['a device', 'entry 21b6 12 0 1970-01-01 00:00:00.000000000 +0000\n', 'special', 0n],
  ])('reads the entry as printed by %s', async (_, reply, kind, mtimeNs) => {
    expect(await bridgeAnswered(bytes(reply)).lstat(path)).toMatchObject({ kind, size: 12, mtimeNs });
  });

  test('a missing path is a value', async () => {
    expect(await bridgeAnswered(bytes('refused missing\n')).lstat(path)).toBeUndefined();
  });

  test.each([
    ['refused escapes\n', 'PATH_ESCAPES'],
    ['refused no-root\n', 'FILE_NOT_FOUND'],
    ['refused access\n', 'FILE_ACCESS'],
    ['refused politely\n', 'FILE_REPLY_INVALID'],
    ['entry 81a4 99999999999999999 0 1970-01-01 00:00:00\n', 'FILE_REPLY_INVALID'],
    ['entry 81a4 9007199254740993 0 1970-01-01 00:00:00\n', 'FILE_REPLY_INVALID'],
    ['entry 81a4 -1 0 1970-01-01 00:00:00\n', 'FILE_REPLY_INVALID'],
    ['Welcome to the sandbox!\nentry 81a4 1 0 1970-01-01 00:00:00\n', 'FILE_REPLY_INVALID'],
    ['entry 81a4 1 0 1970-01-01 00:00:00\nand more\n', 'FILE_REPLY_INVALID'],
    ['content 0\n', 'FILE_REPLY_INVALID'],
    ['', 'FILE_REPLY_INVALID'],
  ])('%j rejects with %s', async (reply, code) => {
    await expect(bridgeAnswered(bytes(reply)).lstat(path)).rejects.toMatchObject({ code });
  });

  test('a program that fails is not taken for an answer', async () => {
    const failed = bridgeAnswered(bytes('refused missing\n'), 127).lstat(path);
    await expect(failed).rejects.toMatchObject({ code: 'FILE_REPLY_INVALID', context: { exitCode: 127 } });
  });
});

describe('read', () => {
  test.each([
    ['refused missing\n', 'FILE_NOT_FOUND'],
    ['refused symlink\n', 'FILE_KIND'],
    ['content 11\n', 'OUTPUT_LIMIT'],
    ['content 5\nfour', 'FILE_CHANGED'],
    ['content 3\nfour', 'FILE_CHANGED'],
    ['entry 81a4 1 0 1970-01-01 00:00:00\n', 'FILE_REPLY_INVALID'],
  ])('%j rejects with %s', async (reply, code) => {
    await expect(bridgeAnswered(bytes(reply)).read(path, { maxBytes: 10 })).rejects.toMatchObject({ code });
  });

  test('content is returned byte for byte, whatever the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (content) => {
        const bridge = bridgeAnswered(Buffer.concat([bytes(`content ${content.length}\n`), content]));
        expect(Buffer.from(await bridge.read(path, { maxBytes: 200 }))).toEqual(Buffer.from(content));
      }),
    );
  });

  test('no answer makes it fail in another way than with a FsError', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), async (noise) => {
        const outcome = await bridgeAnswered(noise)
          .lstat(path)
          .catch((error: unknown) => error);
        expect(outcome).toMatchObject({ name: 'FsError' });
      }),
    );
  });
});

test('a path’s bytes go to the program’s standard input as they are, never into shell text', async () => {
  const seen: (Uint8Array | undefined)[] = [];
  const shell: Pick<ShellRunner, 'run'> = {
    run: ({ stdin, argv }) => {
      seen.push(stdin);
      expect(argv.slice(3)).toEqual(['clamshell-fs', '/sandbox', '0']);
      return Promise.resolve({ code: 0, stdout: bytes('refused missing\n'), stderr: bytes('') });
    },
  };
  const bridge = createRemoteFsBridge({ shell: shell as ShellRunner, root: parseRemotePath('/sandbox') });
  await bridge.lstat(parseRelPath("\xff'$(id)\n"));
  expect(seen).toEqual([bytes("\xff'$(id)\n")]);
});
