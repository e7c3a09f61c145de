import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { readTextFile, writeFileAtomic } from '../index.ts';

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'text-file-'));
  file = path.join(directory, 'file');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const modeOf = (name: string) => statSync(name).mode & 0o777;

test('what was written is read back, text or bytes, and is private', async () => {
  await writeFileAtomic(file, 'täxt');
  expect(await readTextFile(file)).toBe('täxt');
  expect(modeOf(file)).toBe(0o600);
  await writeFileAtomic(file, new Uint8Array([0, 255]));
  expect([...readFileSync(file)]).toEqual([0, 255]);
  expect(readdirSync(directory)).toEqual(['file']);
});

test('a mode is exact, whatever the umask and the old file’s mode', async () => {
  writeFileSync(file, '');
  chmodSync(file, 0o777);
  await writeFileAtomic(file, '', { mode: 0o666 });
  expect(modeOf(file)).toBe(0o666);
});

test('a missing file is undefined', async () => {
  expect(await readTextFile(path.join(directory, 'missing'))).toBeUndefined();
});

test('missing directories are made for the owner alone', async () => {
  const deep = path.join(directory, 'a', 'b', 'file');
  await writeFileAtomic(deep, 'x');
  expect(await readTextFile(deep)).toBe('x');
  expect(modeOf(path.join(directory, 'a'))).toBe(0o700);
  expect(modeOf(path.join(directory, 'a', 'b'))).toBe(0o700);
});

test('a link is replaced, what it led to stays', async () => {
  writeFileSync(path.join(directory, 'other'), 'old');
  symlinkSync('other', file);
  await writeFileAtomic(file, 'new');
  expect(readFileSync(path.join(directory, 'other'), 'utf8')).toBe('old');
  expect(readFileSync(file, 'utf8')).toBe('new');
});

test('a failed write leaves nothing behind', async () => {
  mkdirSync(file);
  await expect(writeFileAtomic(file, 'x')).rejects.toMatchObject({ name: 'FsError', code: 'FILE_KIND' });
  expect(readdirSync(directory)).toEqual(['file']);
  await expect(writeFileAtomic(path.join(file, 'x'.repeat(300)), 'x')).rejects.toMatchObject({
    code: 'PATH_INVALID',
  });
  expect(readdirSync(file)).toEqual([]);
});

test('a directory is not a text file', async () => {
  await expect(readTextFile(directory)).rejects.toMatchObject({ name: 'FsError', code: 'FILE_KIND' });
});

test('overlapping writes leave one of them whole', async () => {
  const texts = Array.from({ length: 10 }, (_, index) => String(index).repeat(10_000));
  await Promise.all(texts.map((text) => writeFileAtomic(file, text)));
  expect(texts).toContain(await readTextFile(file));
  expect(existsSync(file) && readdirSync(directory)).toEqual(['file']);
});
