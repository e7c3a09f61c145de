import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';

import { expect } from 'vitest';

import { bytes, failsWith, type FsBridgeSubject, speakOf } from './fs-world.ts';
import type { RuleTest } from './harness.ts';

const TREE = {
  'dir/file': 'content\n',
  'dir/sub/deep': 'deep',
  empty: undefined,
  'to-dir': '-> dir',
  'to-file': '-> dir/../dir/file',
  dangling: '-> dir/nothing',
};

const ABSENT = ['nothing', 'dir/nothing', 'nothing/at/all', 'dir/file/below', 'to-dir/nothing'];

/** What is there, and what it says. */
export function checkQueries(rule: RuleTest<FsBridgeSubject>): void {
  rule('lstat tells kind, size, time, mode and links of the thing itself', async (opened) => {
    const { fs: bridge, at, real, given } = speakOf(opened);
    await given(TREE);
    fs.chmodSync(real('dir/file'), 0o640);
    const { mtimeNs } = fs.lstatSync(real('dir/file'), { bigint: true });
    const file = { kind: 'file', size: 8, mtimeNs, mode: 0o640, links: 1 };
    expect(await bridge.lstat(at('dir/file'))).toEqual(file);
    expect(await bridge.lstat(at('to-file'))).toMatchObject({ kind: 'symlink' });
    expect(await bridge.lstat(at('dir'))).toMatchObject({ kind: 'directory' });
    expect(await bridge.lstat(at('to-dir/file'))).toEqual(file);
  });

  rule('stat follows a link at the end', async (opened) => {
    const { fs: bridge, at, given } = speakOf(opened);
    await given(TREE);
    expect(await bridge.stat(at('to-file'))).toMatchObject({ kind: 'file', size: 8 });
    expect(await bridge.stat(at('to-dir'))).toMatchObject({ kind: 'directory' });
    expect(await bridge.stat(at('dangling'))).toBeUndefined();
    expect(await bridge.stat(at(''))).toMatchObject({ kind: 'directory' });
  });

  for (const name of ABSENT) {
    rule(`${name} is absent`, async (opened) => {
      const { fs: bridge, at, given } = speakOf(opened);
      await given(TREE);
      expect([await bridge.lstat(at(name)), await bridge.stat(at(name))]).toEqual([undefined, undefined]);
      const notFound = failsWith('FILE_NOT_FOUND');
      await expect(bridge.read(at(name), { maxBytes: 9 })).rejects.toMatchObject(notFound);
      await expect(bridge.list(at(name))).rejects.toMatchObject(notFound);
    });
  }

  rule('list names what is in a directory, with its entries', async (opened) => {
    const { fs: bridge, at, real, given } = speakOf(opened);
    await given({ ...TREE, '.hidden': 'x' });
    const names = async (name: string) => (await bridge.list(at(name))).map((entry) => entry.name).toSorted();
    expect(await names('')).toEqual(['.hidden', 'dangling', 'dir', 'empty', 'to-dir', 'to-file']);
    expect(await names('to-dir')).toEqual(['file', 'sub']);
    expect(await names('empty')).toEqual([]);
    const file = (await bridge.list(at('dir'))).find(({ name }) => name === 'file');
    const { mtimeNs } = fs.lstatSync(real('dir/file'), { bigint: true });
    expect(file).toMatchObject({ kind: 'file', size: 8, mtimeNs });
    await expect(bridge.list(at('dir/file'))).rejects.toMatchObject(failsWith('FILE_KIND'));
  });

  rule('list of many names is whole', async (opened) => {
    const { fs: bridge, at, given } = speakOf(opened);
    const many = Array.from({ length: 1500 }, (_, index) => `many/${'n'.repeat(80)}${index}`);
    await given(Object.fromEntries(many.map((name) => [name, ''])));
    expect(new Set((await bridge.list(at('many'))).map(({ name }) => `many/${name}`))).toEqual(new Set(many));
  });

  rule('read gives the bytes, the entry, and where they were', async (opened) => {
    const { fs: bridge, at, given } = speakOf(opened);
    await given(TREE);
    const read = await bridge.read(at('to-file'), { maxBytes: 100 });
    expect(Buffer.from(read.bytes)).toEqual(bytes('content\n'));
    expect(read).toMatchObject({ canonical: 'dir/file', entry: { kind: 'file', size: 8 } });
    expect(await bridge.read(at('to-dir/file'), { maxBytes: 8 })).toMatchObject({ canonical: 'dir/file' });
  });

  rule('read refuses what is longer than its cap', async (opened) => {
    const { fs: bridge, at, given } = speakOf(opened);
    await given(TREE);
    const longer = bridge.read(at('dir/file'), { maxBytes: 7 });
    await expect(longer).rejects.toMatchObject(failsWith('OUTPUT_LIMIT'));
    const range = { offset: 1, length: 7 };
    expect((await bridge.read(at('dir/file'), { maxBytes: 7, range })).bytes).toHaveLength(7);
  });

  rule('read of a range ends where the file does', async (opened) => {
    const { fs: bridge, at, given } = speakOf(opened);
    await given(TREE);
    const part = async (offset: number, length: number) => {
      const { bytes: found } = await bridge.read(at('dir/file'), {
        maxBytes: 100,
        range: { offset, length },
      });
      return Buffer.from(found).toString();
    };
    expect(await part(0, 3)).toBe('con');
    expect(await part(4, 3)).toBe('ent');
    expect(await part(6, 50)).toBe('t\n');
    expect(await part(8, 5)).toBe('');
    expect(await part(800, 5)).toBe('');
    expect(await part(2, 0)).toBe('');
  });

  rule('read gives megabytes of any bytes, and nothing of an empty file', async (opened) => {
    const { fs: bridge, at, read, given } = speakOf(opened);
    await given({ large: randomBytes(3_000_001).toString('latin1'), empty: '' });
    const large = await bridge.read(at('large'), { maxBytes: 4_000_000 });
    expect(Buffer.from(large.bytes).toString('latin1') === read('large')).toBe(true);
    expect((await bridge.read(at('empty'), { maxBytes: 0 })).bytes).toHaveLength(0);
  });

  rule('only a regular file is read, and a pipe is not waited for', async (opened) => {
    const { fs: bridge, at, real, given } = speakOf(opened);
    await given(TREE);
    execFileSync('mkfifo', [real('pipe').toString()]);
    await expect(bridge.read(at('pipe'), { maxBytes: 9 })).rejects.toMatchObject(failsWith('FILE_KIND'));
    for (const name of ['dir', 'to-dir', '']) {
      await expect(bridge.read(at(name), { maxBytes: 9 })).rejects.toMatchObject(failsWith('FILE_KIND'));
    }
    expect(await bridge.lstat(at('pipe'))).toMatchObject({ kind: 'special' });
  });

  rule('canonical follows every link and keeps what is missing', async (opened) => {
    const { fs: bridge, at, given } = speakOf(opened);
    await given({ ...TREE, 'dir/back': '-> ..' });
    const canonical = async (name: string) => (await bridge.canonical(at(name))).path;
    expect(await canonical('to-file')).toBe('dir/file');
    expect(await canonical('to-dir/new/one')).toBe('dir/new/one');
    expect(await canonical('dangling')).toBe('dir/nothing');
    expect(await canonical('dir/back')).toBeUndefined();
    expect(await canonical('dir/back/to-dir/sub')).toBe('dir/sub');
  });

  rule('an abort rejects with its reason', async (opened) => {
    const { fs: bridge, at, exists, given } = speakOf(opened);
    await given(TREE);
    const signal = AbortSignal.abort(new TypeError('enough'));
    await expect(bridge.read(at('dir/file'), { maxBytes: 9, signal })).rejects.toThrow('enough');
    await expect(bridge.write(at('new'), bytes('x'), { signal })).rejects.toThrow('enough');
    expect(exists('new')).toBe(false);
  });
}
