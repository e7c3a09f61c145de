import fs from 'node:fs';

import { expect } from 'vitest';

import { bytes, failsWith, type FsBridgeSubject, speakOf } from './fs-world.ts';
import type { RuleTest } from './harness.ts';

const TREE = { 'dir/file': 'old', 'to-file': '-> dir/file', dangling: '-> dir/made', empty: undefined };

/** Writing, making and removing in one place. */
export function checkMutations(rule: RuleTest<FsBridgeSubject>): void {
  rule('write makes a file and replaces one, keeping its mode', async (opened) => {
    const { fs: bridge, at, real, read, given } = speakOf(opened);
    await given(TREE);
    fs.chmodSync(real('dir/file'), 0o751);
    await bridge.write(at('dir/file'), bytes('new\0\xff'));
    await bridge.write(at('made'), bytes(''));
    expect([read('dir/file'), read('made')]).toEqual(['new\0\xff', '']);
    expect(fs.statSync(real('dir/file')).mode & 0o777).toBe(0o751);
    expect(fs.readdirSync(real('dir'))).toEqual(['file']);
  });

  rule('write goes through a link that stays inside, and leaves it a link', async (opened) => {
    const { fs: bridge, at, real, read, given } = speakOf(opened);
    await given(TREE);
    await bridge.write(at('to-file'), bytes('through'));
    await bridge.write(at('dangling'), bytes('there'));
    expect([read('dir/file'), read('dir/made')]).toEqual(['through', 'there']);
    expect(fs.lstatSync(real('to-file')).isSymbolicLink()).toBe(true);
  });

  rule('parents are made only when asked for', async (opened) => {
    const { fs: bridge, at, read, exists, given } = speakOf(opened);
    await given(TREE);
    const notFound = failsWith('FILE_NOT_FOUND');
    await expect(bridge.write(at('a/b/c'), bytes('x'))).rejects.toMatchObject(notFound);
    await expect(bridge.append(at('a/b/c'), bytes('x'))).rejects.toMatchObject(notFound);
    await expect(bridge.createExclusive(at('a/b/c'), bytes('x'))).rejects.toMatchObject(notFound);
    expect(exists('a')).toBe(false);
    await bridge.write(at('a/b/c'), bytes('1'), { parents: true });
    await bridge.append(at('d/e'), bytes('2'), { parents: true });
    await bridge.createExclusive(at('f/g'), bytes('3'), { parents: true });
    expect([read('a/b/c'), read('d/e'), read('f/g')]).toEqual(['1', '2', '3']);
    const below = bridge.write(at('dir/file/x'), bytes('x'), { parents: true });
    await expect(below).rejects.toMatchObject(failsWith('FILE_KIND'));
  });

  rule('only regular files are written', async (opened) => {
    const { fs: bridge, at, given } = speakOf(opened);
    await given(TREE);
    for (const name of ['dir', '']) {
      await expect(bridge.write(at(name), bytes('x'))).rejects.toMatchObject(failsWith('FILE_KIND'));
      await expect(bridge.append(at(name), bytes('x'))).rejects.toMatchObject(failsWith('FILE_KIND'));
    }
  });

  rule('a file with several names is not written', async (opened) => {
    const { fs: bridge, at, real, world, given } = speakOf(opened);
    await given({ ...TREE, source: 'x' });
    fs.rmSync(real('dir/file'));
    fs.linkSync(`${world.outside}/secret`, real('dir/file'));
    const linked = failsWith('FILE_LINKED');
    await expect(bridge.write(at('dir/file'), bytes('x'))).rejects.toMatchObject(linked);
    await expect(bridge.append(at('dir/file'), bytes('x'))).rejects.toMatchObject(linked);
    const copied = bridge.copy({ from: at('source'), to: at('dir/file') });
    await expect(copied).rejects.toMatchObject(linked);
    expect(fs.readFileSync(`${world.outside}/secret`, 'utf8')).toBe('not yours');
    expect(await bridge.lstat(at('dir/file'))).toMatchObject({ links: 2 });
  });

  rule('createExclusive makes a file once, and touches nothing that is there', async (opened) => {
    const { fs: bridge, at, read, exists, given } = speakOf(opened);
    await given(TREE);
    expect(await bridge.createExclusive(at('new'), bytes('first'))).toBe(true);
    for (const name of ['new', 'dir', 'dir/file', 'to-file', 'dangling']) {
      expect(await bridge.createExclusive(at(name), bytes('second'))).toBe(false);
    }
    expect([read('new'), read('dir/file'), exists('dir/made')]).toEqual(['first', 'old', false]);
  });

  rule('of many that create one file, one does', async (opened) => {
    const { fs: bridge, at, read, given } = speakOf(opened);
    await given(TREE);
    const texts = Array.from({ length: 8 }, (_, index) => `writer ${index}`);
    const created = await Promise.all(texts.map((text) => bridge.createExclusive(at('new'), bytes(text))));
    expect(created.filter(Boolean)).toHaveLength(1);
    expect(read('new')).toBe(texts[created.indexOf(true)]);
  });

  rule('append adds to the end, through links too', async (opened) => {
    const { fs: bridge, at, real, read, given } = speakOf(opened);
    await given(TREE);
    fs.chmodSync(real('dir/file'), 0o600);
    await bridge.append(at('dir/file'), bytes(' and'));
    await bridge.append(at('to-file'), bytes(' new'));
    await bridge.append(at('log'), bytes('made'));
    expect([read('dir/file'), read('log')]).toEqual(['old and new', 'made']);
    expect(fs.statSync(real('dir/file')).mode & 0o777).toBe(0o600);
  });

  rule('mutations of one path are made in the order they were called', async (opened) => {
    const { fs: bridge, at, read, given } = speakOf(opened);
    await given({ log: '' });
    const words = Array.from({ length: 12 }, (_, index) => `${index} `);
    await Promise.all(words.map((word) => bridge.append(at('log'), bytes(word))));
    expect(read('log')).toBe(words.join(''));
  });

  rule('makeDirectory makes parents, and is content with what is there', async (opened) => {
    const { fs: bridge, at, real, given } = speakOf(opened);
    await given({ ...TREE, 'to-empty': '-> empty' });
    await bridge.makeDirectory(at('a/b/c'));
    await bridge.makeDirectory(at('a/b/c'));
    await bridge.makeDirectory(at('to-empty/in'));
    await bridge.makeDirectory(at(''));
    expect(fs.statSync(real('a/b/c')).isDirectory()).toBe(true);
    expect(fs.statSync(real('empty/in')).isDirectory()).toBe(true);
    for (const name of ['dir/file', 'dir/file/below']) {
      await expect(bridge.makeDirectory(at(name))).rejects.toMatchObject(failsWith('FILE_KIND'));
    }
  });

  rule('remove takes files, links and empty directories, never what a link leads to', async (opened) => {
    const { fs: bridge, at, read, exists, given } = speakOf(opened);
    await given({ ...TREE, full: undefined, 'full/x': 'x', 'to-full': '-> full' });
    for (const name of ['to-file', 'dangling', 'empty', 'to-full']) await bridge.remove(at(name));
    expect(['to-file', 'dangling', 'empty', 'to-full'].map(exists)).toEqual([false, false, false, false]);
    expect([read('dir/file'), read('full/x')]).toEqual(['old', 'x']);
    await expect(bridge.remove(at('full'))).rejects.toMatchObject(failsWith('FILE_NOT_EMPTY'));
    await bridge.remove(at('dir/file'));
    expect(exists('dir/file')).toBe(false);
  });

  rule('remove of what is missing is success only by force', async (opened) => {
    const { fs: bridge, at, given } = speakOf(opened);
    await given(TREE);
    for (const name of ['nothing', 'nothing/at/all', 'dir/file/below']) {
      await expect(bridge.remove(at(name))).rejects.toMatchObject(failsWith('FILE_NOT_FOUND'));
      await bridge.remove(at(name), { force: true, recursive: true });
    }
  });

  rule('remove takes whole trees when recursive, and no link out of them', async (opened) => {
    const { fs: bridge, at, world, real, exists, given } = speakOf(opened);
    const deep = Array.from({ length: 150 }, () => 'd').join('/');
    await given({ [`tree/${deep}/leaf`]: 'x', 'tree/out': `-> ${world.outside}`, 'tree/-rf': 'x' });
    await bridge.remove(at('tree'), { recursive: true });
    expect([exists('tree'), fs.readdirSync(real(''))]).toEqual([false, []]);
    expect(fs.readdirSync(world.outside)).toEqual(['secret']);
    await expect(bridge.remove(at(''), { recursive: true })).rejects.toMatchObject(failsWith('FILE_KIND'));
  });
}
