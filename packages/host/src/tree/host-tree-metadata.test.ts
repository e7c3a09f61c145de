import { closeSync, fstatSync, mkdirSync, rmSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseRelPath as rel } from '@clamshell/core';

import { CONTAINMENTS, makeScratchTree } from './scratch-tree.fixture.ts';

const NS_PER_SECOND = 10n ** 9n;

const name = fc
  .uint8Array({ minLength: 1, maxLength: 40 })
  .map((bytes) => Buffer.from(bytes).toString('latin1').replace(/[/\0]/g, '_'))
  .filter((text) => text !== '.' && text !== '..');

describe.each(CONTAINMENTS)('a host tree, %s', (containment) => {
  test('modes: no setuid at creation, exact by setMode', () => {
    using scratch = makeScratchTree(containment);
    const fd = scratch.tree.createFile(rel('file'), 0o4755);
    expect(fstatSync(fd).mode & 0o7000).toBe(0);
    closeSync(fd);
    scratch.tree.setMode(rel('file'), 0o666);
    expect(scratch.tree.lstat(rel('file'))?.mode).toBe(0o666);
    scratch.tree.makeDirectory(rel('d'), 0o700);
    scratch.tree.setMode(rel('d'), 0o555);
    expect(scratch.tree.lstat(rel('d'))?.mode).toBe(0o555);
  });

  test('times hold within 1 µs, of files, directories and links themselves, before 1970 too', () => {
    using scratch = makeScratchTree(containment);
    scratch.write('file');
    scratch.tree.makeDirectory(rel('dir'), 0o755);
    scratch.tree.makeSymlink(rel('link'), 'file');
    fc.assert(
      fc.property(
        fc.bigInt(-1_000_000_000n * NS_PER_SECOND, 4_000_000_000n * NS_PER_SECOND),
        fc.constantFrom('file', 'dir', 'link'),
        (mtimeNs, entry) => {
          scratch.tree.setTimes(rel(entry), mtimeNs);
          const off = (scratch.tree.lstat(rel(entry))?.mtimeNs ?? 0n) - mtimeNs;
          expect(off > -1000n && off < 1000n).toBe(true);
        },
      ),
      {
        numRuns: 200,
        examples: [
          [-1_500_000_000n, 'file'],
          [0n, 'link'],
          [1_700_000_000_123_456_789n, 'dir'],
        ],
      },
    );
  });

  test('names are bytes: anything but slash and NUL goes in and comes out', () => {
    using scratch = makeScratchTree(containment);
    const { tree } = scratch;
    fc.assert(
      fc.property(name, name, (directory, file) => {
        const [inside, link] = [`${directory}/${file}`, 'l'.repeat(41)];
        tree.makeDirectory(rel(directory), 0o755);
        closeSync(tree.createFile(rel(inside), 0o644));
        tree.makeSymlink(rel(link), file);
        expect(tree.list(undefined).toSorted()).toEqual([directory, link].toSorted());
        expect(tree.list(rel(directory))).toEqual([file]);
        expect(tree.readLink(rel(link))).toBe(file);
        tree.unlink(rel(inside));
        tree.removeDirectory(rel(directory));
        tree.unlink(rel(link));
      }),
      {
        numRuns: 100,
        examples: [
          ['-rf', '--checkpoint=1'],
          ['a\nb', '\xff\xfe\x80'],
          ['x'.repeat(255), '~'],
        ],
      },
    );
  });

  test('a directory of many names is listed whole', () => {
    using scratch = makeScratchTree(containment);
    const names = Array.from({ length: 2000 }, (_, index) => `name-${index}`);
    for (const each of names) mkdirSync(scratch.at(each));
    expect(scratch.tree.list(undefined).toSorted()).toEqual(names.toSorted());
    for (const each of names) rmSync(scratch.at(each), { recursive: true });
  });
});
