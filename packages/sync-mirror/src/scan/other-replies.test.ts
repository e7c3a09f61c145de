import fc from 'fast-check';
import { expect, test } from 'vitest';

import { asRelPath, isClamshellError, parseRelPath } from '@clamshell/core';

import { parsePushReply } from '../apply/push.ts';
import { parseDigests } from '../digest/digest-sandbox.ts';

const TREE = '.clamshell/staging/r/tree/';
const field = fc.oneof(
  fc.constantFrom('clamshell-push 1', 'done', 'failed', 'unplaced', 'touched', 'end 0', 'end', '-', 'torn'),
  fc.constantFrom(
    'batch 1',
    'link 0',
    'e f 644 1 1.5 1.5 2 42',
    'e l 777 1 1.5 1.5 2 42',
    './a',
    '.',
    './../x',
  ),
  fc.constantFrom(`${TREE}a`, `${TREE}../x`, 'a'.repeat(64), '0'.repeat(63), 'unreadable', '81a4 1 2 3 4 5'),
  fc.string({ unit: 'binary-ascii', maxLength: 12 }),
);
const BEGINNINGS = [[], ['clamshell-push 1'], ['clamshell-push 1', 'done', 'unplaced', 'touched']];
const replies = fc
  .tuple(fc.constantFrom(...BEGINNINGS), fc.array(field, { maxLength: 12 }), fc.boolean())
  .map(([start, rest, isEnded]) => [...start, ...rest].join('\0') + (isEnded ? '\0' : ''));

test.each([
  ['a push', (reply: string) => parsePushReply(reply, TREE).entries.keys()],
  ['digests', (reply: string) => parseDigests(reply, [parseRelPath('a'), parseRelPath('b')]).keys()],
])('whatever is sent in reply to %s is read, with names that are names, or refused', (_what, read) => {
  const ends = new Set<string>();
  fc.assert(
    fc.property(replies, (reply) => {
      try {
        for (const path of read(reply)) expect(asRelPath(path)).toBe(path);
        ends.add('read');
      } catch (error) {
        if (!isClamshellError(error)) throw error;
        expect(['SYNC_REPLY_INVALID', 'SANDBOX_UNFIT']).toContain(error.code);
        ends.add('refused');
      }
    }),
    {
      numRuns: 3000,
      examples: [['a'.repeat(64) + '\0-\0end\0'], ['clamshell-push 1\0done\0unplaced\0touched\0end 0\0']],
    },
  );
  expect(ends).toEqual(new Set(['read', 'refused']));
});
