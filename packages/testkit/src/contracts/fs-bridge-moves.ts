import fs from 'node:fs';

import { expect } from 'vitest';

import { bytes, failsWith, type FsBridgeSubject, speakOf } from './fs-world.ts';
import type { RuleTest } from './harness.ts';

const TREE = { 'dir/file': 'one', 'dir/sub/deep': 'deep', other: 'two', link: '-> other', empty: undefined };

/** Renaming and copying, within a mount and between two. */
export function checkMoves(rule: RuleTest<FsBridgeSubject>): void {
  rule('rename moves files, links and whole directories', async (opened) => {
    const { fs: bridge, at, real, read, exists, given } = speakOf(opened);
    await given(TREE);
    await bridge.rename({ from: at('dir'), to: at('moved') });
    await bridge.rename({ from: at('moved/file'), to: at('a/b/file') }, { parents: true });
    await bridge.rename({ from: at('link'), to: at('moved/link') });
    expect([read('moved/sub/deep'), read('a/b/file')]).toEqual(['deep', 'one']);
    expect(fs.readlinkSync(real('moved/link'))).toBe('other');
    expect(['dir', 'link', 'moved/file'].map(exists)).toEqual([false, false, false]);
  });

  rule('rename replaces a regular file and nothing else', async (opened) => {
    const { fs: bridge, at, read, given } = speakOf(opened);
    await given({ ...TREE, 'third/x': 'x' });
    await bridge.rename({ from: at('dir/file'), to: at('other') });
    expect(read('other')).toBe('one');
    const exists = failsWith('FILE_EXISTS');
    for (const to of ['empty', 'third', 'link']) {
      await expect(bridge.rename({ from: at('other'), to: at(to) })).rejects.toMatchObject(exists);
    }
    await expect(bridge.rename({ from: at('dir'), to: at('other') })).rejects.toMatchObject(exists);
    expect([read('other'), read('third/x')]).toEqual(['one', 'x']);
  });

  rule('rename onto itself changes nothing, into itself is refused', async (opened) => {
    const { fs: bridge, at, read, given } = speakOf(opened);
    await given(TREE);
    await bridge.rename({ from: at('other'), to: at('other') });
    const inside = bridge.rename({ from: at('dir'), to: at('dir/sub/new') });
    await expect(inside).rejects.toMatchObject(failsWith('FILE_KIND'));
    expect([read('other'), read('dir/sub/deep')]).toEqual(['two', 'deep']);
  });

  rule('rename of what is missing, or to where nothing is, is FILE_NOT_FOUND', async (opened) => {
    const { fs: bridge, at, read, given } = speakOf(opened);
    await given(TREE);
    const notFound = failsWith('FILE_NOT_FOUND');
    await expect(bridge.rename({ from: at('nothing'), to: at('x') })).rejects.toMatchObject(notFound);
    await expect(bridge.rename({ from: at('other'), to: at('no/x') })).rejects.toMatchObject(notFound);
    expect(read('other')).toBe('two');
  });

  rule('rename moves files and directories between mounts', async (opened) => {
    const { fs: bridge, at, inOther, world, read, exists, given } = speakOf(opened);
    await given(TREE);
    await bridge.rename({ from: at('dir'), to: inOther('dir') });
    await bridge.rename({ from: at('other'), to: inOther('dir/two') });
    expect([read('dir/sub/deep', world.other), read('dir/two', world.other)]).toEqual(['deep', 'two']);
    expect([exists('dir'), exists('other')]).toEqual([false, false]);
  });

  rule('copy takes the bytes, and the mode to a new file', async (opened) => {
    const { fs: bridge, at, inOther, world, real, read, given } = speakOf(opened);
    await given({ ...TREE, kept: 'k' });
    fs.chmodSync(real('dir/file'), 0o750);
    fs.chmodSync(real('kept'), 0o604);
    await bridge.copy({ from: at('dir/file'), to: at('new') });
    await bridge.copy({ from: at('dir/file'), to: at('kept') });
    await bridge.copy({ from: at('link'), to: at('a/b') }, { parents: true });
    await bridge.copy({ from: at('dir/file'), to: inOther('far') });
    expect(['new', 'kept', 'a/b', 'dir/file'].map((name) => read(name))).toEqual([
      'one',
      'one',
      'two',
      'one',
    ]);
    expect(read('far', world.other)).toBe('one');
    expect(['new', 'kept'].map((name) => fs.statSync(real(name)).mode & 0o777)).toEqual([0o750, 0o604]);
  });

  rule('copy takes regular files only, and leaves one onto itself alone', async (opened) => {
    const { fs: bridge, at, read, given } = speakOf(opened);
    await given(TREE);
    const kind = failsWith('FILE_KIND');
    await expect(bridge.copy({ from: at('dir'), to: at('x') })).rejects.toMatchObject(kind);
    await expect(bridge.copy({ from: at('other'), to: at('dir') })).rejects.toMatchObject(kind);
    const missing = bridge.copy({ from: at('nothing'), to: at('x') });
    await expect(missing).rejects.toMatchObject(failsWith('FILE_NOT_FOUND'));
    await bridge.copy({ from: at('other'), to: at('link') });
    expect(read('other')).toBe('two');
  });

  rule('a pinned mutation goes where it was pinned, or nowhere', async (opened) => {
    const { fs: bridge, at, read, exists, given } = speakOf(opened);
    await given({ ...TREE, 'to-dir': '-> dir', elsewhere: undefined });
    const good = { canonical: at('dir/file').path };
    const bad = { canonical: at('elsewhere/file').path };
    const changed = failsWith('FILE_CHANGED');
    const place = at('to-dir/file');
    const attempts = [
      () => bridge.write(place, bytes('x'), bad),
      () => bridge.append(place, bytes('x'), bad),
      () => bridge.createExclusive(place, bytes('x'), bad),
      () => bridge.makeDirectory(place, bad),
      () => bridge.remove(place, bad),
      () => bridge.copy({ from: at('other'), to: place }, bad),
      () => bridge.rename({ from: at('other'), to: place }, bad),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject(changed);
    expect([read('dir/file'), read('other'), exists('elsewhere/file')]).toEqual(['one', 'two', false]);
    await bridge.write(place, bytes('pinned'), good);
    expect(read('dir/file')).toBe('pinned');
    await bridge.remove(place, good);
    expect(exists('dir/file')).toBe(false);
  });
}
