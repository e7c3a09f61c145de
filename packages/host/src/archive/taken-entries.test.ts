import { expect, test } from 'vitest';

import { END, member, pax, readAll } from './tar-block.fixture.ts';

const LONG = 'n'.repeat(120);
const withPax = (records: Readonly<Record<string, string>>) => Buffer.concat([pax(records), member({})]);
const longTwice = Buffer.concat([pax({ path: LONG }), member({ type: 'L', body: `${LONG}\0` }), member({})]);
const minusOne = Buffer.alloc(12, 0xff).toString('latin1');

test.each([
  ['a leading ./ is not part of the name', member({ name: './a/b' }), { path: 'a/b', kind: 'file' }],
  ['nor is the slash after a directory', member({ name: 'a/', type: '5' }), { path: 'a', kind: 'directory' }],
  ['backslashes are bytes like others (row 6)', member({ name: '..\\..\\x' }), { path: '..\\..\\x' }],
  ['a name may look like an option (row 42)', member({ name: '--checkpoint=1' }), { path: '--checkpoint=1' }],
  ['a prefix goes in front', member({ prefix: 'a/b', name: 'c' }), { path: 'a/b/c' }],
  ['but not in the GNU format', member({ prefix: '12345', name: 'c', magic: 'ustar  \0' }), { path: 'c' }],
  ['setuid, setgid and sticky are dropped (row 49)', member({ mode: '0007777' }), { mode: 0o777 }],
  [
    'unknown pax keys are ignored (row 50)',
    withPax({ uid: '0', 'SCHILY.xattr.x': 'a\0\nb' }),
    { path: 'name' },
  ],
  ['pax times are cut to nanoseconds', withPax({ mtime: '1.0000000019' }), { mtimeNs: 1_000_000_001n }],
  ['pax times may lie before 1970', withPax({ mtime: '-1.5' }), { mtimeNs: -1_500_000_000n }],
  ['so may times in base 256', member({ mtime: minusOne }), { mtimeNs: -1_000_000_000n }],
  ['type NUL is a file', member({ type: '\0' }), { kind: 'file' }],
  ['a long name and a pax path may agree', longTwice, { path: LONG }],
  ['a pax size may repeat the header’s', withPax({ size: '0' }), { size: 0 }],
])('taken: %s', async (_name, bytes, entry) => {
  expect(await readAll(Buffer.concat([bytes, END]))).toEqual([
    { entry: expect.objectContaining(entry), body: '' },
  ]);
});

test('the directory all are in is no entry', async () => {
  const roots = [member({ name: './', type: '5' }), member({ name: '.', type: '5' })];
  expect(await readAll(Buffer.concat([...roots, END]))).toEqual([]);
});
