import { describe, expect, test } from 'vitest';

import { parseRelPath } from '@clamshell/core';

import { type MovableEntry, planPush, splitPull, type Step } from '../index.ts';

const MTIME_NS = 1_795_475_710_277_686_160n;
const stat = { size: 3, mtimeNs: MTIME_NS, ctimeNs: -1n, inode: 7n };
const file: MovableEntry = { kind: 'file', stat, executable: false };
const remove = (path: string, over: MovableEntry = file): Step => ({
  kind: 'remove',
  to: 'sandbox',
  path: parseRelPath(path),
  over,
  isConflict: false,
});
const words = (list: Buffer): string[] => list.toString('latin1').split('\0').slice(0, -1);

describe('the lists of a push', () => {
  test('name each directory once, with the stats its names have to show', () => {
    const { aside } = planPush([remove('d/a'), remove('d/b')]);
    const line = '3 7 2026-11-23 23:15:10.277686160 +0000 1969-12-31 23:59:59.999999999 +0000';
    expect(words(aside).slice(0, 5)).toEqual(['d', `${line}\n${line}`, '2', './b', './a']);
  });

  test('come in calls of 64 words that end in a dot, none longer than busybox takes', () => {
    const names = Array.from({ length: 500 }, (_, index) => `d/${'n'.repeat(240)}${index}`);
    const all = words(planPush(names.toSorted().map((name) => remove(name))).aside);
    expect(all.length % 64).toBe(0);
    for (let at = 0; at < all.length; at += 64) {
      const call = all.slice(at, at + 64);
      expect(call.at(-1)).toBe('.');
      expect(call.join('\0').length).toBeLessThan(24 * 1024);
      expect(call.slice(3, -1).filter((name) => name !== '').length).toBe(Number(call[2]));
    }
    expect(all.filter((word) => word.startsWith('./n')).length).toBe(500);
  });

  test('remove directories deepest first, and never move one aside', () => {
    const directory = { kind: 'directory' } as const;
    const { rmdir, aside, touched } = planPush([remove('d', directory), remove('d/e', directory)]);
    expect(words(rmdir)).toEqual(['./d/e', './d']);
    expect(words(aside)).toEqual([]);
    expect(words(touched)).toEqual(['./d', './d/e']);
  });

  test('name no stat that could be met where a time is out of range', () => {
    const ancient = { ...file, stat: { ...stat, mtimeNs: 10n ** 25n } };
    expect(words(planPush([remove('a', ancient)]).aside)[1]).toMatch(/^3 7 \./);
  });
});

describe('a pull', () => {
  const files = new Map(
    ['a', 'b', 'c'].map((path, index) => [
      parseRelPath(path),
      { ...file, stat: { ...stat, inode: BigInt(index % 2) } },
    ]),
  );

  test('is one call of GNU tar', () => {
    expect(splitPull(files as never, 'gnu')).toEqual([['a', 'b', 'c']]);
  });

  test('never asks another tar for two names of one inode at once, which it would link', () => {
    expect(splitPull(files as never, 'posix')).toEqual([['a', 'b'], ['c']]);
  });
});
