import { expect, test } from 'vitest';

import { END, member, pax, readAll } from './tar-block.fixture.ts';

const AFTER = member({ name: 'after', body: 'kept' });
const named = (name: string) => member({ name });
const link = (target: string) => member({ type: '2', link: target });
const paxNamed = (path: string) => Buffer.concat([pax({ path }), member({})]);
const paxLink = (linkpath: string) => Buffer.concat([pax({ linkpath }), member({ type: '2' })]);
const longNamed = (body: string, type: string) =>
  Buffer.concat([member({ type: 'L', body }), member({ type })]);

const UPWARDS = 'a name that leads upwards';
const ABSOLUTE = 'an absolute name';
const WINDOWS = 'a name with a Windows drive or share';
const NO_NAME = 'not the name of an entry';
const WINDOWS_TARGET = 'a link target with a Windows drive or share';

test.each([
  ['a name that leads upwards (row 1)', named('../x'), UPWARDS],
  ['the parent itself (row 1)', named('..'), UPWARDS],
  ['a name that leads upwards later (row 2)', named('a/../../x'), UPWARDS],
  ['a name with dots and slashes to spare (row 2)', named('a/./../..//x'), UPWARDS],
  ['a dot on the way', named('a/./b'), NO_NAME],
  ['a doubled slash', named('a//b'), NO_NAME],
  ['an absolute name (row 3)', named('/etc/cron.d/x'), ABSOLUTE],
  ['two slashes in front (row 4)', named('//etc/x'), ABSOLUTE],
  ['an absolute name that leads upwards (row 4)', named('/../x'), ABSOLUTE],
  ['an absolute name after ./ (row 4)', named('.//etc/x'), ABSOLUTE],
  ['an absolute prefix', member({ prefix: '/etc', name: 'x' }), ABSOLUTE],
  ['a Windows drive (row 5)', named('C:\\x'), WINDOWS],
  ['a drive-relative name (row 5)', named('c:x'), WINDOWS],
  ['a Windows share (row 5)', named('\\\\srv\\s'), WINDOWS],
  ['a device path of Windows (row 5)', named('\\\\?\\C:\\x'), WINDOWS],
  ['a drive in a link target (row 5)', link('C:x'), WINDOWS_TARGET],
  ['an absolute hard link (row 10)', member({ type: '1', link: '/etc/passwd' }), 'a hard link'],
  ['a hard link upwards (row 11)', member({ type: '1', link: '../../target' }), 'a hard link'],
  ['a link without a target (row 24)', link(''), 'a link without a target'],
  ['NUL in a target (row 24)', paxLink('a\0b'), 'a link target with NUL in it'],
  ['a target of 4,097 bytes (row 24)', paxLink('x'.repeat(4097)), 'a link target that is too long'],
  ['the root as a file (row 35)', named('./'), NO_NAME],
  ['the root as a link (row 35)', member({ name: '.', type: '2', link: 'x' }), NO_NAME],
  ['an empty name (row 35)', named(''), NO_NAME],
  ['an empty pax name (row 35)', paxNamed(''), NO_NAME],
  ['a file named as a directory', member({ name: 'a/', body: 'x' }), NO_NAME],
  ['a component of 256 bytes (row 47)', paxNamed('n'.repeat(256)), NO_NAME],
  ['a path of 4,097 bytes (row 47)', paxNamed(`${'n/'.repeat(2048)}n`), NO_NAME],
  ['10,000 levels (row 47)', longNamed('d/'.repeat(10_000), '5'), NO_NAME],
  ['a character device (row 51)', member({ type: '3' }), 'a character device'],
  ['a block device (row 51)', member({ type: '4' }), 'a block device'],
  ['a FIFO (row 51)', member({ type: '6' }), 'a FIFO'],
  [
    'an unknown type with a body (row 51)',
    member({ type: 'V', body: 'x'.repeat(600) }),
    'an entry of an unknown type',
  ],
  ['NUL in a pax path (row 57)', paxNamed('a\0/../b'), 'a name with NUL in it'],
  [
    'a sparse file',
    Buffer.concat([pax({ 'GNU.sparse.major': '1' }), member({ body: 'map' })]),
    'a sparse file',
  ],
])('refused alone, and what follows is kept: %s', async (_name, bytes, reason) => {
  expect(await readAll(Buffer.concat([bytes, AFTER, END]))).toEqual([
    { refused: reason, name: expect.any(String) },
    { entry: expect.objectContaining({ path: 'after' }), body: 'kept' },
  ]);
});

test('a file below a link is refused, at any depth (rows 7, 8)', async () => {
  const archive = Buffer.concat([
    member({ name: 'a/d', type: '2', link: '/tmp' }),
    member({ name: 'a/d/x', body: 'evil' }),
    member({ name: 'a/d/b/c', type: '5' }),
    member({ name: 'a/dx', body: 'fine' }),
    END,
  ]);
  expect(await readAll(archive)).toEqual([
    { entry: expect.objectContaining({ path: 'a/d', kind: 'symlink', target: '/tmp' }), body: '' },
    { refused: 'an entry below a link', name: 'a/d/x' },
    { refused: 'an entry below a link', name: 'a/d/b/c' },
    { entry: expect.objectContaining({ path: 'a/dx' }), body: 'fine' },
  ]);
});

test('a refused name is cut before it is handed on', async () => {
  const [item] = await readAll(Buffer.concat([paxNamed(`/${'n'.repeat(5000)}`), END]));
  expect(item).toMatchObject({ name: `/${'n'.repeat(1023)}` });
});
