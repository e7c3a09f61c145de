import { expect, test } from 'vitest';

import { END, member, NO_LIMITS, pax, readAll } from './tar-block.fixture.ts';

const base256 = (...bytes: number[]) => Buffer.from(bytes).toString('latin1');
const NEGATIVE = base256(...Array.from({ length: 12 }, () => 0xff));
const TWO_TO_63 = base256(0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0);
const TWO_TO_41 = base256(0x80, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0);
const GIBIBYTE = '10000000000';

const sized = (type: string, size: string) => member({ type, size });
const paxSized = (size: string, body = '') => Buffer.concat([pax({ size }), member({ body })]);
const rawPax = (body: string) => Buffer.concat([member({ type: 'x', body }), member({})]);
const twice = (header: Buffer) => Buffer.concat([header, header, member({})]);
const long = (type: string) => member({ type, body: 'n' });

test.each([
  ['a size of 2^63 in base 256 (row 54)', sized('0', TWO_TO_63)],
  ['a negative size (row 54)', sized('0', NEGATIVE)],
  ['a negative size of a long name (row 54)', sized('L', NEGATIVE)],
  ['a pax size of 2^63 (row 54)', paxSized('9223372036854775808')],
  ['a size that is no number', sized('0', '0000000000x')],
  ['a pax size that is no number', paxSized('-1')],
  ['an empty pax size', paxSized('')],
  ['a pax size less than the header’s (row 55)', paxSized('0', 'x'.repeat(512))],
  ['a pax size more than the header’s (row 55)', Buffer.concat([paxSized('1024'), member({})])],
  ['a pax size beyond octal, and another in the header (row 55)', paxSized('8589934592', 'x')],
  ['a directory with a body (row 55)', member({ type: '5', body: 'x' })],
  ['a hard link with a body (row 55)', member({ type: '1', link: 'x', body: 'x' })],
  [
    'a pax path and a long name that differ (row 55)',
    Buffer.concat([pax({ path: 'a' }), long('L'), member({})]),
  ],
  ['the same pax key twice', rawPax('9 path=a\n9 path=b\n')],
  ['a pax record without a length', rawPax('path=a\n')],
  ['a pax record that is too long', rawPax('99 path=a\n')],
  ['a pax record that is too short', rawPax('4 path=a\n')],
  ['a pax record of length 0', rawPax('0 path=a\n')],
  ['a pax record without a key', rawPax('5 =a\n')],
  ['a pax time that is no number', Buffer.concat([pax({ mtime: '1e9' }), member({})])],
  ['a long name that goes on after NUL', Buffer.concat([member({ type: 'L', body: 'a\0b' }), member({})])],
  ['a global header', member({ type: 'g', body: '9 path=a\n' })],
  ['an old GNU sparse file', sized('S', '0')],
  ['two pax headers in a row (row 59)', twice(pax({}))],
  ['two long names in a row (row 59)', twice(long('L'))],
  ['two long links in a row (row 59)', twice(long('K'))],
  ['a wrong checksum (row 64)', member({ checksumError: 1 })],
  ['no magic', member({ magic: '' })],
  ['text', Buffer.from('this is not an archive at all\n'.repeat(40))],
  ['something after the end (row 64)', Buffer.concat([END, Buffer.from('x')])],
  ['an archive after the end (row 64)', Buffer.concat([END, member({}), END])],
  ['one block of zeros, then more', Buffer.concat([Buffer.alloc(512), member({})])],
  ['an extended header with nothing after it', pax({ path: 'a' })],
])('refused whole as invalid: %s', async (_name, bytes) => {
  const reading = readAll(Buffer.concat([bytes, END]));
  await expect(reading).rejects.toMatchObject({ name: 'SyncError', code: 'ARCHIVE_INVALID' });
});

test.each([
  ['nothing at all', Buffer.alloc(0)],
  ['half a header', member({}).subarray(0, 100)],
  ['a header without its body', member({ body: 'x' }).subarray(0, 512)],
  ['half a body', member({ body: 'x'.repeat(600) }).subarray(0, 800)],
  ['half the padding', member({ body: 'x' }).subarray(0, 600)],
  ['no end', member({ body: 'x' })],
  ['half an end', Buffer.concat([member({}), Buffer.alloc(512)])],
])('cut off, refused as invalid: %s (row 63)', async (_name, bytes) => {
  await expect(readAll(bytes)).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
});

test.each([
  ['entries, refused ones too (row 61)', { maxEntries: 2 }, [member({}), member({ name: '/x' }), member({})]],
  ['bytes in one file (row 53)', { maxFileBytes: 3 }, [member({ body: 'four' })]],
  ['bytes together', { maxTotalBytes: 7 }, [member({ body: 'four' }), member({ body: 'four' })]],
  ['bytes in a refused entry', { maxTotalBytes: 7 }, [member({ name: '/x', body: 'x'.repeat(8) })]],
  ['bytes that are only said to come', { maxTotalBytes: 2 ** 40 }, [sized('0', TWO_TO_41)]],
  ['a long name, at 1 GiB (row 59)', {}, [sized('L', GIBIBYTE)]],
  ['a long link target, at 1 GiB (row 59)', {}, [sized('K', GIBIBYTE)]],
  ['a pax header, at 1 GiB (row 59)', {}, [sized('x', GIBIBYTE)]],
  ['zeros after the end', {}, [Buffer.alloc(2 * 1024 * 1024)]],
])('refused whole for a limit on %s', async (_name, limits, members) => {
  const reading = readAll(Buffer.concat([...members, END]), { limits: { ...NO_LIMITS, ...limits } });
  await expect(reading).rejects.toMatchObject({ name: 'SyncError', code: 'LIMIT_EXCEEDED' });
});
