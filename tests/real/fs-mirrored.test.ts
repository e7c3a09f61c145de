import fs from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { type Mount, parseRelPath } from '@clamshell/core';

import { type MirroredSubject, openMirrored } from '../contracts/fs-bridges.ts';
import { localShell } from './mirror-local-shell.ts';
import { isPush } from './mirror-tamper.ts';

const text = (content: string) => Buffer.from(content);

describe('a mirrored bridge', () => {
  let opened: MirroredSubject;
  let main: Mount;
  let isRunOpen = false;
  let breakPush = false;

  beforeEach(async () => {
    isRunOpen = false;
    breakPush = false;
    const shell = localShell({
      loseAfter: (program) => (breakPush && isPush(program) ? 100 : undefined),
    });
    opened = await openMirrored({ isRunOpen: () => isRunOpen }, shell);
    main = opened.world.main;
    put('host', 'dir/file', 'base');
    put('host', 'dir/sub/deep', 'deep');
    await opened.settle(main);
  });
  afterEach(() => opened[Symbol.asyncDispose]());

  type Half = 'host' | 'sandbox';
  const at = (name: string) => ({ mount: main, path: parseRelPath(name) });
  const real = (half: Half, name: string) => path.join(main[half], name);
  const put = (half: Half, name: string, content: string) => {
    fs.mkdirSync(path.dirname(real(half, name)), { recursive: true });
    fs.writeFileSync(real(half, name), content);
  };
  const both = (name: string) =>
    (['host', 'sandbox'] as const).map((half) => {
      const isThere = fs.existsSync(real(half, name));
      return isThere ? fs.readFileSync(real(half, name), 'utf8') : undefined;
    });
  const kept = (content: string, half: Half = 'host') =>
    fs
      .readdirSync(real(half, '.clamshell'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .some((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name), 'utf8') === content);

  test('makes a change on both halves, so that the next sync has nothing to do', async () => {
    await opened.subject.write(at('dir/file'), text('new'));
    await opened.subject.createExclusive(at('a/b'), text('made'), { parents: true });
    await opened.subject.append(at('dir/sub/deep'), text('er'));
    await opened.subject.remove(at('dir/file'));
    await opened.subject.makeDirectory(at('empty/below'));
    expect([both('dir/file'), both('a/b'), both('dir/sub/deep')]).toEqual([
      [undefined, undefined],
      ['made', 'made'],
      ['deeper', 'deeper'],
    ]);
    expect(fs.statSync(real('sandbox', 'empty/below')).isDirectory()).toBe(true);
    const moved = await opened.settle(main);
    expect(moved).toMatchObject({ pushed: { files: 0, removed: 0 }, pulled: { files: 0, removed: 0 } });
  });

  test('keeps the version of a sandbox that changed the file meanwhile', async () => {
    put('sandbox', 'dir/file', 'of the sandbox');
    await opened.subject.write(at('dir/file'), text('of the caller'));
    expect(both('dir/file')).toEqual(['of the caller', 'of the caller']);
    expect(kept('of the sandbox')).toBe(true);
  });

  test('keeps both losers where both halves had changed', async () => {
    put('host', 'dir/file', 'of the host');
    put('sandbox', 'dir/file', 'of the sandbox');
    await opened.subject.write(at('dir/file'), text('of the caller'));
    expect(both('dir/file')).toEqual(['of the caller', 'of the caller']);
    expect([kept('of the sandbox'), kept('of the host')]).toEqual([true, true]);
  });

  test('adds to what a command in the sandbox has added', async () => {
    put('sandbox', 'dir/file', 'base and a line');
    await opened.subject.append(at('dir/file'), text(', and another'));
    expect(both('dir/file')).toEqual(['base and a line, and another', 'base and a line, and another']);
  });

  test('creates nothing over what only the sandbox has yet', async () => {
    put('sandbox', 'new', 'of the sandbox');
    expect(await opened.subject.createExclusive(at('new'), text('mine'))).toBe(false);
    expect(both('new')).toEqual(['of the sandbox', 'of the sandbox']);
  });

  test('shows what a command just wrote, while one runs', async () => {
    put('sandbox', 'dir/file', 'just written');
    put('sandbox', 'dir/more', 'more');
    expect(await opened.subject.stat(at('dir/more'))).toBeUndefined();
    isRunOpen = true;
    const read = await opened.subject.read(at('dir/file'), { maxBytes: 99 });
    expect(Buffer.from(read.bytes).toString()).toBe('just written');
    expect(both('dir/more')).toEqual([undefined, 'more']);
    const names = (await opened.subject.list(at('dir'))).map(({ name }) => name);
    expect(names.toSorted()).toEqual(['file', 'more', 'sub']);
  });

  test('removes and renames directories on both halves, and keeps what it has not seen', async () => {
    put('host', 'gone/one', '1');
    await opened.settle(main);
    await opened.subject.rename({ from: at('dir'), to: at('moved/dir') }, { parents: true });
    expect([both('dir/file'), both('moved/dir/file')]).toEqual([
      [undefined, undefined],
      ['base', 'base'],
    ]);
    put('sandbox', 'gone/two', 'unseen');
    await opened.subject.remove(at('gone'), { recursive: true });
    expect([fs.existsSync(real('host', 'gone')), fs.existsSync(real('sandbox', 'gone'))]).toEqual([
      false,
      false,
    ]);
    expect(kept('unseen', 'sandbox')).toBe(true);
    expect(fs.existsSync(real('sandbox', 'moved/dir/sub/deep'))).toBe(true);
  });

  test.each(['.git/config', '.git/hooks/pre-commit', 'hooks/x', '.vscode/tasks.json', 'a/.clamshell/x'])(
    'leaves %s alone, which the host would trust',
    async (name) => {
      const protectedPath = { code: 'FILE_READ_ONLY' };
      const write = opened.subject.write(at(name), text('x'), { parents: true });
      await expect(write).rejects.toMatchObject(protectedPath);
      const made = opened.subject.makeDirectory(at(`${name}/x`));
      await expect(made).rejects.toMatchObject(protectedPath);
      const move = opened.subject.rename({ from: at('dir'), to: at(name) }, { parents: true });
      await expect(move).rejects.toMatchObject(protectedPath);
      expect(both(name)).toEqual([undefined, undefined]);
    },
  );

  test.each(['main', 'other'] as const)(
    'makes nothing the host would trust by a rename in %s',
    async (to) => {
      put('sandbox', 'innocent/hooks/post-checkout', 'evil');
      await opened.settle(main);
      const goal = { mount: opened.world[to], path: parseRelPath('.git') };
      const move = opened.subject.rename({ from: at('innocent'), to: goal });
      await expect(move).rejects.toMatchObject({ code: 'FILE_READ_ONLY' });
      expect(both('innocent/hooks/post-checkout')).toEqual(['evil', 'evil']);
      expect(fs.existsSync(path.join(opened.world[to].host, '.git'))).toBe(false);
    },
  );

  test('moves what is on both halves of one mount to both of another', async () => {
    const { other } = opened.world;
    fs.symlinkSync('../file', real('host', 'dir/sub/link'));
    fs.chmodSync(real('host', 'dir/file'), 0o750);
    await opened.settle(main);
    await opened.subject.rename({ from: at('dir'), to: { mount: other, path: parseRelPath('dir') } });
    for (const half of ['host', 'sandbox'] as const) {
      expect(fs.existsSync(real(half, 'dir'))).toBe(false);
      expect(fs.readFileSync(path.join(other[half], 'dir/sub/link'), 'utf8')).toBe('base');
      expect(fs.statSync(path.join(other[half], 'dir/file')).mode & 0o111).not.toBe(0);
    }
  });

  test('says so when the sandbox could not be reached, and the next sync repairs it', async () => {
    breakPush = true;
    const write = opened.subject.write(at('dir/file'), text('new'));
    await expect(write).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(both('dir/file')).toEqual(['new', 'base']);
    breakPush = false;
    await opened.settle(main);
    expect(both('dir/file')).toEqual(['new', 'new']);
  });
});
