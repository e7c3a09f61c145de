import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  asRelPath,
  baseNameOf,
  displayPath,
  parentOf,
  parseRelPath,
  parseRemotePath,
  relPathFromText,
} from '../index.ts';

describe('asRelPath', () => {
  test.each([
    ['', 'empty'],
    ['/etc/passwd', 'absolute'],
    ['//etc/x', 'absolute, doubled'],
    ['../x', 'leads out'],
    ['a/../../x', 'leads out in the middle'],
    ['a/./b', 'a dot'],
    ['a//b', 'an empty component'],
    ['a/', 'a trailing slash'],
    ['.', 'the root itself'],
    ['a\0b', 'NUL'],
    ['a'.repeat(256), 'a name over 255 bytes'],
    ['a/'.repeat(2048) + 'b', 'a path over 4,096 bytes'],
  ])('%j is no path of a mount: %s', (bytes) => {
    expect(asRelPath(bytes)).toBeUndefined();
  });

  test.each([
    '-rf',
    '--checkpoint-action=exec=id',
    '~',
    'a\nb',
    'x\x1b]52;c',
    '...',
    '\xff\xfe',
    'C:\\x',
    ' ',
  ])('%j is a name like any other', (bytes) => {
    expect(asRelPath(bytes)).toBe(bytes);
  });

  test('what it admits, joined to a root, stays below it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (bytes) => {
        const path = asRelPath(bytes);
        if (path === undefined) return;
        expect(
          new URL(encodeURI(`file:///root/${path}`).replaceAll('?', '%3F').replaceAll('#', '%23')).pathname,
        ).toMatch(/^\/root\/./);
        const parent = parentOf(path);
        expect(parent === undefined ? baseNameOf(path) : `${parent}/${baseNameOf(path)}`).toBe(path);
      }),
    );
  });
});

test('a path is shown decoded, with nothing that could drive a terminal', () => {
  expect(displayPath(relPathFromText('日本/\u202etxt.exe'))).toBe('日本/\\u{202e}txt.exe');
  expect(displayPath(parseRelPath('a\n\x1b[2Jb'))).toBe('a\\n\\x1b[2Jb');
  expect(displayPath(parseRelPath('\xff'))).toBe('ÿ');
});

test.each(['sandbox', '/sandbox/', '/', '/a/../b', '/a//b', '/a\nb'])('%j is no sandbox path', (text) => {
  expect(() => parseRemotePath(text)).toThrow('Not an absolute sandbox path');
});
