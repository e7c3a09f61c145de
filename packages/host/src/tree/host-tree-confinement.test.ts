import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { parseRelPath as rel } from '@clamshell/core';

import type { HostTree } from '../index.ts';
import { CONTAINMENTS, failsWith, makeScratchTree, type ScratchTree } from './scratch-tree.fixture.ts';

const REFUSED: readonly (readonly [string, string, (tree: HostTree) => unknown])[] = [
  ['reading what is missing', 'FILE_NOT_FOUND', (tree) => tree.openForRead(rel('missing'))],
  ['reading below what is missing', 'FILE_NOT_FOUND', (tree) => tree.openForRead(rel('missing/x'))],
  ['reading below a file', 'FILE_KIND', (tree) => tree.openForRead(rel('file/x'))],
  ['reading a directory', 'FILE_KIND', (tree) => tree.openForRead(rel('dir'))],
  ['reading a link (row 29)', 'FILE_KIND', (tree) => tree.openForRead(rel('to-secret'))],
  ['reading through a link (row 30)', 'PATH_ESCAPES', (tree) => tree.openForRead(rel('out/secret'))],
  ['listing a link', 'PATH_ESCAPES', (tree) => tree.list(rel('out'))],
  ['listing a file', 'FILE_KIND', (tree) => tree.list(rel('file'))],
  ['creating through a link (row 7)', 'PATH_ESCAPES', (tree) => tree.createFile(rel('out/new'), 0o644)],
  ['creating over a file', 'FILE_EXISTS', (tree) => tree.createFile(rel('file'), 0o644)],
  ['creating over a dangling link (row 28)', 'FILE_EXISTS', (tree) => tree.createFile(rel('link'), 0o644)],
  ['creating over a link (row 28)', 'FILE_EXISTS', (tree) => tree.createFile(rel('to-secret'), 0o644)],
  ['a directory over a file', 'FILE_EXISTS', (tree) => tree.makeDirectory(rel('file'), 0o755)],
  ['a link over a file', 'FILE_EXISTS', (tree) => tree.makeSymlink(rel('file'), 'x')],
  [
    'renaming out through a link (row 31)',
    'PATH_ESCAPES',
    (tree) => tree.rename(rel('file'), rel('out/file')),
  ],
  ['renaming in through a link', 'PATH_ESCAPES', (tree) => tree.rename(rel('out/secret'), rel('mine'))],
  ['linking in through a link', 'PATH_ESCAPES', (tree) => tree.link(rel('out/secret'), rel('mine'))],
  ['linking out through a link', 'PATH_ESCAPES', (tree) => tree.link(rel('file'), rel('out/file'))],
  ['removing through a link', 'PATH_ESCAPES', (tree) => tree.unlink(rel('out/secret'))],
  ['removing a full directory', 'FILE_EXISTS', (tree) => tree.removeDirectory(rel('dir'))],
  ['removing a link as a directory', 'FILE_KIND', (tree) => tree.removeDirectory(rel('out'))],
  ['the mode through a link', 'PATH_ESCAPES', (tree) => tree.setMode(rel('out/secret'), 0o777)],
  ['the mode of a link', 'FILE_KIND', (tree) => tree.setMode(rel('to-secret'), 0o777)],
  ['the time through a link', 'PATH_ESCAPES', (tree) => tree.setTimes(rel('out/secret'), 0n)],
  ['the target of a file', 'FILE_KIND', (tree) => tree.readLink(rel('file'))],
];

function expectCanary({ outside }: ScratchTree): void {
  expect(readdirSync(outside)).toEqual(['secret']);
  expect(readFileSync(`${outside}/secret`, 'utf8')).toBe('canary');
}

describe.each(CONTAINMENTS)('a host tree, %s', (containment) => {
  test.each(REFUSED)('%s fails with %s and changes nothing outside', (_name, code, act) => {
    using scratch = makeScratchTree(containment);
    scratch.write('file', 'x');
    mkdirSync(scratch.at('dir'));
    scratch.write('dir/x');
    symlinkSync('nowhere', scratch.at('link'));
    symlinkSync(scratch.outside, scratch.at('out'));
    symlinkSync(`${scratch.outside}/secret`, scratch.at('to-secret'));
    const before = lstatSync(`${scratch.outside}/secret`);
    expect(() => act(scratch.tree)).toThrow(failsWith(code));
    expect(lstatSync(`${scratch.outside}/secret`)).toEqual(before);
    expectCanary(scratch);
  });

  test('a parent swapped for a link after it was used leads nowhere outside (rows 25, 26, 31)', () => {
    using scratch = makeScratchTree(containment);
    const { tree } = scratch;
    tree.makeDirectory(rel('d'), 0o755);
    scratch.write('d/first');
    renameSync(scratch.at('d'), scratch.at('aside'));
    symlinkSync(scratch.outside, scratch.at('d'));
    const acts = [
      () => closeSync(tree.createFile(rel('d/second'), 0o644)),
      () => tree.unlink(rel('d/secret')),
      () => tree.rename(rel('d/first'), rel('d/secret')),
      () => tree.setMode(rel('d/secret'), 0o777),
    ];
    const results = acts.map((act) => settle(act));
    expect(results.every((error) => error === undefined || failsLikeAFile(error))).toBe(true);
    expectCanary(scratch);
    expect(() => tree.list(rel('d'))).toThrow(failsWith('PATH_ESCAPES'));
  });

  test('a directory removed and made anew by somebody else is found again', () => {
    using scratch = makeScratchTree(containment);
    mkdirSync(scratch.at('d/e'), { recursive: true });
    scratch.write('d/e/old');
    rmSync(scratch.at('d'), { recursive: true });
    expect(scratch.tree.lstat(rel('d/e/old'))).toBeUndefined();
    mkdirSync(scratch.at('d/e'), { recursive: true });
    writeFileSync(scratch.at('d/e/new'), '');
    expect(scratch.tree.lstat(rel('d/e/new'))?.kind).toBe('file');
    expect(scratch.tree.list(rel('d/e'))).toEqual(['new']);
    scratch.write('d/e/more');
    expect(existsSync(scratch.at('d/e/more'))).toBe(true);
  });

  test('so are both parents of a rename', () => {
    using scratch = makeScratchTree(containment);
    for (const name of ['d/from', 'd/to']) mkdirSync(scratch.at(name), { recursive: true });
    scratch.write('d/from/x', 'old');
    scratch.write('d/to/x', 'old');
    rmSync(scratch.at('d'), { recursive: true });
    for (const name of ['d/from', 'd/to']) mkdirSync(scratch.at(name), { recursive: true });
    writeFileSync(scratch.at('d/from/x'), 'new');
    scratch.tree.rename(rel('d/from/x'), rel('d/to/y'));
    expect(readFileSync(scratch.at('d/to/y'), 'utf8')).toBe('new');
  });

  test('list sees what a moved directory was replaced with', () => {
    using scratch = makeScratchTree(containment);
    mkdirSync(scratch.at('d/e'), { recursive: true });
    scratch.write('d/e/old');
    renameSync(scratch.at('d'), scratch.at('moved'));
    mkdirSync(scratch.at('d/e'), { recursive: true });
    expect(scratch.tree.list(rel('d'))).toEqual(['e']);
    expect(scratch.tree.lstat(rel('d/e/old'))).toBeUndefined();
    expect(scratch.tree.list(rel('d/e'))).toEqual([]);
  });

  test('a removed root is an error, not an empty directory', () => {
    using scratch = makeScratchTree(containment);
    rmSync(scratch.root, { recursive: true });
    expect(() => scratch.tree.stat()).toThrow(failsWith('FILE_NOT_FOUND'));
    expect(() => scratch.tree.list(undefined)).toThrow(failsWith('FILE_NOT_FOUND'));
  });

  test('a FIFO in place of a file neither blocks nor opens (row 52)', () => {
    using scratch = makeScratchTree(containment);
    execFileSync('mkfifo', [scratch.at('fifo')]);
    expect(scratch.tree.lstat(rel('fifo'))?.kind).toBe('special');
    expect(() => scratch.tree.openForRead(rel('fifo'))).toThrow(failsWith('FILE_KIND'));
    expect(() => scratch.tree.setMode(rel('fifo'), 0o600)).toThrow(failsWith('FILE_KIND'));
  });
});

function settle(act: () => void): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

function failsLikeAFile(error: unknown): boolean {
  return error instanceof Error && error.name === 'FsError';
}
