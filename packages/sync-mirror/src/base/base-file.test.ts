import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseRelPath, type SandboxId } from '@clamshell/core';

import { type Base, type BaseEntry, formatBase, parseBase, seeStat } from '../index.ts';

const seen = { size: 2 ** 40, mtimeNs: -5n, ctimeNs: 2n ** 62n, inode: 2n ** 64n - 1n, isRacy: true };
const entries: readonly (readonly [string, BaseEntry])[] = [
  ['d', { kind: 'directory' }],
  ['d/odd \n\x00name\xff'.replace('\0', '"'), { kind: 'symlink', target: '../\xe9\n' }],
  [
    'f',
    {
      kind: 'file',
      digest: '0'.repeat(64),
      executable: true,
      host: seen,
      sandbox: { ...seen, isRacy: false },
    },
  ],
];
const base: Base = {
  sandboxId: 'id' as SandboxId,
  nonce: 'a'.repeat(32),
  run: 'b'.repeat(32),
  tree: new Map(entries.map(([path, entry]) => [parseRelPath(path), entry])),
  withheld: new Map([[parseRelPath('.git/hooks/x'), 'file 1 2 3']]),
};

describe('a base file', () => {
  test('gives back what was written', () => {
    expect(parseBase(formatBase(base))).toEqual(base);
  });

  test('cut anywhere is no base', () => {
    const text = formatBase(base);
    for (let length = 0; length < text.length; length += 1)
      expect(parseBase(text.slice(0, length)), String(length)).toBeUndefined();
  });

  test.each([
    ['another version', (text: string) => text.replace('"version":1', '"version":2')],
    ['another format', (text: string) => text.replace('clamshell-base', 'other')],
    ['a path that leads out', (text: string) => text.replace('["d","d"]', '["d","../d"]')],
    ['a digest that is none', (text: string) => text.replace('0'.repeat(64), '0')],
    ['an unknown line', (text: string) => text.replace('["d","d"]', '["z","d"]')],
    ['a line too many words long', (text: string) => text.replace('["d","d"]', '["d","d",1]')],
    ['no head', (text: string) => text.slice(text.indexOf('\n') + 1)],
  ])('with %s is no base', (_what, damage) => {
    expect(parseBase(damage(formatBase(base)))).toBeUndefined();
  });

  test('with any line damaged is no base, or one that holds paths only', () => {
    const lines = formatBase(base).split('\n');
    fc.assert(
      fc.property(fc.nat(lines.length - 1), fc.json(), (index, line) => {
        const parsed = parseBase(lines.with(index, line).join('\n'));
        for (const path of parsed?.tree.keys() ?? []) expect(() => parseRelPath(path)).not.toThrow();
      }),
    );
  });
});

describe('a stat is racy', () => {
  const clockNs = 100_000_000_000n;
  const at = (mtimeNs: bigint, ctimeNs: bigint) =>
    seeStat({ size: 1, mtimeNs, ctimeNs, inode: 1n }, { clockNs }).isRacy;
  const second = 1_000_000_000n;

  test.each([
    ['not when it is old', -10n, -10n, false],
    ['when its ctime is younger than 2 s', -10n, -1n, true],
    ['when its ctime lies ahead', -10n, 10n, true],
    ['when its mtime is younger than 2 s', -1n, -10n, true],
    ['not for an mtime far ahead, which says nothing', 1000n, -10n, false],
  ])('%s', (_rule, mtime, ctime, isRacy) => {
    expect(at(clockNs + mtime * second, clockNs + ctime * second)).toBe(isRacy);
  });
});
