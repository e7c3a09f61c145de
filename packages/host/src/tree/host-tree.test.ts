import {
  chmodSync,
  closeSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import { parseHostPath, parseRelPath as rel } from '@clamshell/core';

import { openHostTree } from '../index.ts';
import { CONTAINMENTS, failsWith, makeScratchTree } from './scratch-tree.fixture.ts';

describe.each(CONTAINMENTS)('a host tree, %s', (containment) => {
  test('says where it is and which containment it has', () => {
    using scratch = makeScratchTree(containment);
    expect(scratch.tree).toMatchObject({ containment, root: scratch.root });
    expect(scratch.tree.stat().kind).toBe('directory');
  });

  test('makes, reads, renames, links and removes what is inside', () => {
    using scratch = makeScratchTree(containment);
    const { tree } = scratch;
    tree.makeDirectory(rel('a'), 0o755);
    tree.makeDirectory(rel('a/b'), 0o755);
    scratch.write('a/b/file', 'one');
    tree.makeSymlink(rel('a/link'), '../somewhere');
    expect(tree.readLink(rel('a/link'))).toBe('../somewhere');
    expect(tree.link(rel('a/b/file'), rel('a/other'))).toBe(true);
    expect(tree.link(rel('a/b/file'), rel('a/other'))).toBe(false);
    expect(tree.lstat(rel('a/other'))).toMatchObject({ kind: 'file', size: 3, links: 2 });
    tree.rename(rel('a/other'), rel('moved'));
    expect(readFileSync(scratch.at('moved'), 'utf8')).toBe('one');
    expect(tree.list(rel('a')).toSorted()).toEqual(['b', 'link']);
    tree.unlink(rel('a/b/file'));
    tree.removeDirectory(rel('a/b'));
    tree.unlink(rel('a/link'));
    tree.syncDirectory(rel('a'));
    tree.syncDirectory(undefined);
    tree.removeDirectory(rel('a'));
    expect(tree.list(undefined)).toEqual(['moved']);
  });

  test('a file opened for reading is that file, and not for writing', () => {
    using scratch = makeScratchTree(containment);
    scratch.write('file', 'content');
    const fd = scratch.tree.openForRead(rel('file'));
    expect(readFileSync(fd, 'utf8')).toBe('content');
    expect(() => writeSync(fd, 'x')).toThrow('EBADF');
    closeSync(fd);
  });

  test('a renamed directory is found under its new name, and not under its old', () => {
    using scratch = makeScratchTree(containment);
    const { tree } = scratch;
    tree.makeDirectory(rel('a'), 0o755);
    tree.makeDirectory(rel('a/b'), 0o755);
    scratch.write('a/b/file');
    tree.rename(rel('a'), rel('c'));
    expect(tree.lstat(rel('a/b/file'))).toBeUndefined();
    expect(tree.lstat(rel('c/b/file'))?.kind).toBe('file');
    tree.makeDirectory(rel('a'), 0o755);
    expect(tree.list(rel('a'))).toEqual([]);
  });

  test('missing is undefined for lstat, whatever is missing on the way', () => {
    using scratch = makeScratchTree(containment);
    scratch.write('file');
    symlinkSync('.', scratch.at('loop'));
    for (const name of ['missing', 'missing/x', 'missing/x/y', 'file/x', 'loop/file']) {
      expect(scratch.tree.lstat(rel(name))).toBeUndefined();
    }
  });

  test('many and deep directories need no more descriptors than the budget', () => {
    using scratch = makeScratchTree(containment);
    const before = readdirSync('/proc/self/fd').length;
    const deep = Array.from({ length: 200 }, (_, depth) => `d${depth}`).join('/');
    mkdirSync(scratch.at(deep), { recursive: true });
    scratch.write(`${deep}/file`, 'x');
    expect(scratch.tree.lstat(rel(`${deep}/file`))?.size).toBe(1);
    const names = Array.from({ length: 200 }, (_, index) => `w${index}`);
    for (const name of names) {
      scratch.tree.makeDirectory(rel(name), 0o755);
      scratch.write(`${name}/file`);
    }
    for (const [index, name] of names.toReversed().entries()) {
      scratch.tree.rename(rel(`${name}/file`), rel(`w${index}/moved`));
    }
    expect(scratch.tree.list(rel('w0'))).toEqual(['moved']);
    expect(readdirSync('/proc/self/fd').length - before).toBeLessThanOrEqual(128 + 2);
  });

  test('disposing closes every descriptor, and once more is harmless', () => {
    using scratch = makeScratchTree(containment);
    const before = readdirSync('/proc/self/fd').length;
    const tree = openHostTree(parseHostPath(scratch.root), { containment });
    tree.makeDirectory(rel('a'), 0o755);
    tree.lstat(rel('a/missing'));
    tree.removeDirectory(rel('a'));
    tree[Symbol.dispose]();
    tree[Symbol.dispose]();
    expect(readdirSync('/proc/self/fd').length).toBe(before);
  });
});

test('a link as the root is resolved once', () => {
  using scratch = makeScratchTree();
  const link = path.join(scratch.outside, 'link');
  symlinkSync(scratch.root, link);
  using tree = openHostTree(parseHostPath(link));
  rmSync(link);
  symlinkSync(scratch.outside, link);
  expect(tree.root).toBe(scratch.root);
  expect(tree.list(undefined)).toEqual([]);
});

test('what is missing, or no directory, is no root', () => {
  using scratch = makeScratchTree();
  const open = (name: string) => openHostTree(parseHostPath(path.join(scratch.outside, name)));
  expect(() => open('missing')).toThrow(failsWith('FILE_NOT_FOUND'));
  expect(() => open('secret')).toThrow(failsWith('FILE_KIND'));
});

test('a kernel-anchored tree works in a directory it may enter but not read', () => {
  using scratch = makeScratchTree();
  mkdirSync(scratch.at('d'));
  scratch.write('d/file', 'x');
  chmodSync(scratch.at('d'), 0o300);
  using tree = openHostTree(parseHostPath(scratch.root));
  expect(tree.lstat(rel('d/file'))?.size).toBe(1);
  tree.setMode(rel('d'), 0o700);
});

test('a disposed tree refuses to work: its descriptors may be another’s by now', () => {
  using scratch = makeScratchTree();
  scratch.tree[Symbol.dispose]();
  expect(() => scratch.tree.list(undefined)).toThrow('disposed');
});
