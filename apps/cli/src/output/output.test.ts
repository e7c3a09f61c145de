import { describe, expect, test } from 'vitest';

import { parseRelPath, type SyncDone } from '@clamshell/core';

import { formatBytes } from './bytes.ts';
import { capture, CAPTURE_LIMIT } from './capture.ts';
import { describePhases, describeSync } from './describe.ts';

const NOTHING = { files: 0, removed: 0, bytes: 0 };
const QUIET: SyncDone = {
  status: 'done',
  pushed: NOTHING,
  pulled: NOTHING,
  problems: [],
  conflicts: [],
  withheld: [],
  phases: [],
};

describe('describeSync', () => {
  test('says nothing when nothing happened', () => {
    expect(describeSync(QUIET)).toEqual([]);
  });

  test('names each direction in which something moved', () => {
    const outcome = {
      ...QUIET,
      pushed: { files: 2, removed: 0, bytes: 10 },
      pulled: { files: 0, removed: 3, bytes: 0 },
    };
    expect(describeSync(outcome)).toEqual([
      '→ sandbox: 2 changed, 10 B',
      '← host: 0 changed, 3 removed, 0 B',
    ]);
  });

  test('a long list is cut, and says so', () => {
    const withheld = Array.from({ length: 13 }, (_, index) => parseRelPath(`.git/hooks/h${index}`));
    const lines = describeSync({ ...QUIET, withheld });
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe('… and 3 more (see --json)');
  });

  test('a name from the sandbox can’t drive the terminal', () => {
    const problems = [{ path: parseRelPath('a\x1b[2J\nb'), reason: 'it changed' }];
    expect(describeSync({ ...QUIET, problems })).toEqual([
      'left for the next sync: a\\x1b[2J\\nb: it changed',
    ]);
  });
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1536 * 1024, '1.5 MiB'],
  [2 ** 50, '1024.0 TiB'],
])('%i bytes are shown as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test('phases of one name are added up', () => {
  const phase = (name: string, ms: number) => ({ name, ms, files: 0, bytes: 0 });
  expect(describePhases([phase('scan', 1.2), phase('pull', 5), phase('scan', 2)])).toBe(
    'scan 3 ms, pull 5 ms',
  );
});

describe('capture', () => {
  async function* chunks(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
    yield* parts;
  }

  test('text stays text, also where a character is split between chunks', async () => {
    const bytes = Buffer.from('aé');
    expect(await capture(chunks(bytes.subarray(0, 2), bytes.subarray(2)))).toEqual({
      text: 'aé',
      encoding: 'utf8',
      truncated: false,
    });
  });

  test('other bytes are base64, so that none is lost', async () => {
    const { text, encoding } = await capture(chunks(Buffer.from([0xff, 0xfe])));
    expect([encoding, Buffer.from(text, 'base64')]).toEqual(['base64', Buffer.from([0xff, 0xfe])]);
  });

  test('what goes beyond the cap is read and dropped', async () => {
    const captured = await capture(
      chunks(Buffer.alloc(CAPTURE_LIMIT - 1, 'x'), Buffer.from('yz'), Buffer.from('more')),
    );
    expect([captured.text.length, captured.text.at(-1), captured.truncated]).toEqual([
      CAPTURE_LIMIT,
      'y',
      true,
    ]);
  });
});
