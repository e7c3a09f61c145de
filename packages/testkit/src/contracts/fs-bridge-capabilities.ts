import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';

import { expect } from 'vitest';

import { invariant } from '@clamshell/core';

import { bytes, failsWith, type FsBridgeSubject, speakOf } from './fs-world.ts';
import type { RuleTest } from './harness.ts';

/** What a bridge may leave out; an implementation that does says so by its incapabilities. */
export function checkCapabilities(rule: RuleTest<FsBridgeSubject>): void {
  rule('a stream gives a file of any size, and links inside', async (opened) => {
    const { fs: bridge, at, read, given } = speakOf(opened);
    await given({ large: randomBytes(5_500_000).toString('latin1'), empty: '', link: '-> large' });
    invariant(bridge.stream !== undefined, 'the bridge streams');
    for (const name of ['large', 'link', 'empty']) {
      const got = Buffer.concat(await collect(bridge.stream(at(name)))).toString('latin1');
      expect(got === read(name)).toBe(true);
    }
  });

  rule('a stream refuses what read refuses', async (opened) => {
    const { fs: bridge, at, world, given } = speakOf(opened);
    await given({ dir: undefined, out: `-> ${world.outside}/secret` });
    invariant(bridge.stream !== undefined, 'the bridge streams');
    const stream = bridge.stream.bind(bridge);
    const first = (name: string) => stream(at(name))[Symbol.asyncIterator]().next();
    await expect(first('nothing')).rejects.toMatchObject(failsWith('FILE_NOT_FOUND'));
    await expect(first('dir')).rejects.toMatchObject(failsWith('FILE_KIND'));
    await expect(first('out')).rejects.toMatchObject(failsWith('PATH_ESCAPES'));
  });

  rule('a stream of a file that is replaced meanwhile ends with FILE_CHANGED', async (opened) => {
    const { fs: bridge, at, real, given } = speakOf(opened);
    await given({ large: 'x'.repeat(40_000_000) });
    invariant(bridge.stream !== undefined, 'the bridge streams');
    const chunks = bridge.stream(at('large'))[Symbol.asyncIterator]();
    await chunks.next();
    fs.renameSync(real('large'), real('old'));
    fs.writeFileSync(real('large'), 'y'.repeat(40_000_000));
    const rest = async () => {
      while ((await chunks.next()).done !== true);
    };
    await expect(rest()).rejects.toMatchObject(failsWith('FILE_CHANGED'));
  });

  rule('a walk goes as deep as it was told, parents first, and enters no link', async (opened) => {
    const { fs: bridge, at, world, given } = speakOf(opened);
    await given({
      'top/a/b/c/file': 'x',
      'top/\n\xff': 'yy',
      'top/out': `-> ${world.outside}`,
      'top/in': '-> a',
    });
    invariant(bridge.walk !== undefined, 'the bridge walks');
    const walk = bridge.walk.bind(bridge);
    const names = async (name: string, maxDepth: number) => {
      const found = await collect(walk(at(name), { maxDepth }));
      return found.map(({ path, kind }) => `${kind} ${path}`);
    };
    const two = [
      'directory top/a',
      'directory top/a/b',
      'file top/\n\xff',
      'symlink top/in',
      'symlink top/out',
    ];
    expect((await names('top', 2)).toSorted()).toEqual(two.toSorted());
    const all = await names('top', 99);
    expect(all.filter((name) => name.includes('top/a'))).toEqual([
      'directory top/a',
      'directory top/a/b',
      'directory top/a/b/c',
      'file top/a/b/c/file',
    ]);
    await expect(names('top/a/b/c/file', 2)).rejects.toMatchObject(failsWith('FILE_KIND'));
    await expect(names('nothing', 2)).rejects.toMatchObject(failsWith('FILE_NOT_FOUND'));
  });

  rule('a batch answers each query for itself, in order', async (opened) => {
    const { fs: bridge, at, world, given } = speakOf(opened);
    await given({ 'dir/file': 'content', link: '-> dir/file', out: `-> ${world.outside}/secret` });
    invariant(bridge.batch !== undefined, 'the bridge batches');
    const results = await bridge.batch([
      { do: 'lstat', at: at('link') },
      { do: 'stat', at: at('link') },
      { do: 'read', at: at('link'), maxBytes: 7 },
      { do: 'read', at: at('link'), maxBytes: 6 },
      { do: 'read', at: at('out'), maxBytes: 9 },
      { do: 'stat', at: at('nothing') },
      { do: 'lstat', at: at('') },
    ]);
    expect(results).toMatchObject([
      { status: 'found', entry: { kind: 'symlink' } },
      { status: 'found', entry: { kind: 'file', size: 7 } },
      { status: 'found', entry: { size: 7 } },
      { status: 'failed', error: failsWith('OUTPUT_LIMIT') },
      { status: 'failed', error: failsWith('PATH_ESCAPES') },
      { status: 'missing' },
      { status: 'found', entry: { kind: 'directory' } },
    ]);
    const content = results[2]?.status === 'found' ? results[2].bytes : undefined;
    expect(Buffer.from(content ?? []).toString()).toBe('content');
    expect(await bridge.batch([])).toEqual([]);
  });

  rule(
    'a batch of mutations makes each in its order, and one that is refused leaves the others',
    async (opened) => {
      const { fs: bridge, at, inSealed, inOther, world, read, exists, given } = speakOf(opened);
      await given({ file: 'old', full: undefined, 'full/x': 'x', out: `-> ${world.outside}/secret` });
      invariant(bridge.batch !== undefined, 'the bridge batches');
      const large = 'l'.repeat(200_000);
      const results = await bridge.batch([
        { do: 'write', at: at('a/b'), content: bytes('1'), parents: true },
        { do: 'append', at: at('a/b'), content: bytes('\0\xff') },
        { do: 'write', at: at('out'), content: bytes(large) },
        { do: 'write', at: inSealed('x'), content: bytes(large) },
        { do: 'createExclusive', at: at('file'), content: bytes(large) },
        { do: 'createExclusive', at: at('large'), content: bytes(large) },
        { do: 'copy', from: at('file'), to: inOther('copied') },
        { do: 'rename', from: at('file'), to: at('moved') },
        { do: 'rename', from: at('file'), to: at('again') },
        { do: 'remove', at: at('full') },
        { do: 'remove', at: at('full'), recursive: true },
        { do: 'makeDirectory', at: at('made/below') },
        { do: 'write', at: at('moved'), content: bytes('x'), canonical: at('elsewhere').path },
        { do: 'read', at: at('moved'), maxBytes: 9 },
      ]);
      const [done, failed] = [{ status: 'done' }, (code: string) => ({ status: 'failed', error: { code } })];
      expect(results).toMatchObject([
        ...[
          done,
          done,
          failed('PATH_ESCAPES'),
          failed('FILE_READ_ONLY'),
          failed('FILE_EXISTS'),
          done,
          done,
          done,
        ],
        ...[failed('FILE_NOT_FOUND'), failed('FILE_NOT_EMPTY'), done, done, failed('FILE_CHANGED')],
        { status: 'found', entry: { size: 3 } },
      ]);
      expect(['a/b', 'large', 'moved'].map((name) => read(name))).toEqual(['1\0\xff', large, 'old']);
      expect(read('copied', world.other)).toBe('old');
      expect(['file', 'full', 'made/below'].map(exists)).toEqual([false, false, true]);
      expect(fs.readFileSync(`${world.outside}/secret`, 'utf8')).toBe('not yours');
    },
  );

  rule('a checksum is that of the whole content, through links inside', async (opened) => {
    const { fs: bridge, at, world, given } = speakOf(opened);
    const content = randomBytes(3_000_000);
    const [sha256, empty] = [content, ''].map((data) => createHash('sha256').update(data).digest('hex'));
    await given({
      'dir/f\n': content.toString('latin1'),
      empty: '',
      link: '-> dir/f\n',
      out: `-> ${world.outside}/secret`,
    });
    invariant(bridge.checksum !== undefined && bridge.batch !== undefined, 'the bridge has checksums');
    const checksum = bridge.checksum.bind(bridge);
    expect(await checksum(at('link'))).toMatchObject({ sha256, entry: { kind: 'file', size: 3_000_000 } });
    expect(await checksum(at('empty'))).toMatchObject({ sha256: empty });
    await expect(checksum(at('dir'))).rejects.toMatchObject(failsWith('FILE_KIND'));
    await expect(checksum(at('out'))).rejects.toMatchObject(failsWith('PATH_ESCAPES'));
    await expect(checksum(at('nothing'))).rejects.toMatchObject(failsWith('FILE_NOT_FOUND'));
    const many = ['dir/f\n', 'nothing', 'dir'].map((name) => ({ do: 'checksum', at: at(name) }) as const);
    expect(await bridge.batch(many)).toMatchObject([
      { status: 'found', sha256 },
      { status: 'missing' },
      { status: 'failed', error: failsWith('FILE_KIND') },
    ]);
  });

  rule(
    'a search finds lines by an extended expression, below a directory, through no link',
    async (opened) => {
      const { fs: bridge, at, world, given } = speakOf(opened);
      await given({
        'src/one': 'first\nsecret word\nlast secret\n',
        'src/sub/t\nwo': 'sacred\n',
        'src/binary': 'secret\0\xff',
        'src/out': `-> ${world.outside}`,
        'src/end': `-> ${world.outside}/secret`,
        'src/none': 'nothing\n',
        beside: 'secret\n',
      });
      invariant(bridge.search !== undefined, 'the bridge searches');
      const search = bridge.search.bind(bridge);
      const find = async (pattern: string, maxMatches = 100) => {
        const found = await collect(search(at('src'), { pattern, maxMatches }));
        return found.map(({ path, line, text }) => `${path}:${line}:${text}`).toSorted();
      };
      expect(await find('s(e|a)cre[dt]')).toEqual([
        'src/one:2:secret word',
        'src/one:3:last secret',
        'src/sub/t\nwo:1:sacred',
      ]);
      expect(await find('^secret')).toEqual(['src/one:2:secret word']);
      expect(await find('not there')).toEqual([]);
      expect(await find('-e|$(id)')).toEqual([]);
      expect(await find('secret', 1)).toHaveLength(1);
      await expect(find('a(b')).rejects.toMatchObject(failsWith('CONFIG_INVALID'));
    },
  );
}

async function collect<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const all: Value[] = [];
  for await (const value of values) all.push(value);
  return all;
}
