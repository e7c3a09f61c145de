import { execFileSync } from 'node:child_process';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { quoteCommand, quoteWord } from '../index.ts';

const word = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0') && text.isWellFormed());

describe('quoteWord', () => {
  test('a real sh reads back exactly the words that went in', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
        const script = `printf '%s\\0' ${words.map(quoteWord).join(' ')}`;
        const echoed = execFileSync('sh', ['-c', script]).toString('utf8').split('\0').slice(0, -1);
        expect(echoed).toEqual(words);
      }),
      { numRuns: 60 },
    );
  });

  test('NUL is refused, since no argv can carry it', () => {
    expect(() => quoteWord('a\0b')).toThrow('NUL');
  });
});

test('a program whose name looks like an assignment is still a program', () => {
  expect(() => execFileSync('sh', ['-c', quoteCommand(['A=b', 'x'])], { stdio: 'pipe' })).toThrow(
    /not found/,
  );
});
