import { spawnSync } from 'node:child_process';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { quoteCommand, quoteWord } from '../index.ts';

/** Each shell a word may end up in, and the locales in which it may read it. */
const SHELLS = ['sh', 'dash', 'bash', 'bash --posix', 'busybox sh'];
const LOCALES = ['C', 'C.UTF-8'];

function isInstalled(shell: string): boolean {
  const [program = '', ...args] = shell.split(' ');
  return spawnSync(program, [...args, '-c', ':']).status === 0;
}

/** What a shell makes of a script given as bytes, one character each. */
function run(shell: string, script: string, locale = 'C') {
  const [program = '', ...args] = shell.split(' ');
  const env = { PATH: process.env['PATH'], LC_ALL: locale };
  return spawnSync(program, [...args, '-s'], { input: Buffer.from(script, 'latin1'), env });
}

const NOT_NUL = fc.integer({ min: 1, max: 255 });
/** Bytes as they come, and those that mean something to a shell more often than they would. */
const byte = fc.oneof(
  NOT_NUL,
  fc.constantFrom(...Buffer.from(`'"\\$\`!*?[]{}()<>|&;#~=%^-+ \t\n\r\x81\x88\xff`, 'latin1')),
);
const latin1Word = fc.array(byte, { maxLength: 24 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const utf8Word = fc
  .string({ unit: 'binary', maxLength: 24 })
  .filter((text) => !text.includes('\0') && text.isWellFormed())
  .map((text) => Buffer.from(text).toString('latin1'));
/** Many for one shell, since starting it takes longer than reading them. */
const words = fc.array(fc.oneof(latin1Word, utf8Word), { minLength: 1, maxLength: 200, size: 'max' });

test.each([
  ['abc', 'abc'],
  ['/a-b_c.d:e@f%g+h,0', '/a-b_c.d:e@f%g+h,0'],
  ['', "''"],
  ['a b', "'a b'"],
  ['~', "'~'"],
  ['a=b', "'a=b'"],
  ["it's", "'it'\\''s'"],
  ["''", "''\\'''\\'''"],
  ['a\nb', "'a\nb'"],
  ['a\n', "'a\n'"],
])('the word %j is written %s', (word, text) => {
  expect(quoteWord(word)).toBe(text);
});

test('a command is its words, the program always quoted', () => {
  expect(quoteCommand(['ls'])).toBe("'ls'");
  expect(quoteCommand(['grep', '-e', "it's", 'a b'])).toBe("'grep' -e 'it'\\''s' 'a b'");
});

test('NUL is refused, since no argv can carry it', () => {
  const refusal = { code: 'CONFIG_INVALID', message: 'A command argument contains a NUL character' };
  expect(() => quoteWord('a\0b')).toThrow(expect.objectContaining(refusal));
  expect(() => quoteCommand(['a', '\0'])).toThrow(expect.objectContaining(refusal));
  expect(() => quoteCommand(['\0'])).toThrow(expect.objectContaining(refusal));
});

describe.each(SHELLS)('%s', (shell) => {
  const isSkipped = !isInstalled(shell) && process.env['CI'] !== 'true';
  if (isSkipped) process.stderr.write(`${shell} is not installed: nothing is quoted for it\n`);

  test.skipIf(isSkipped).each(LOCALES)('reads back exactly the bytes that went in, locale %s', (locale) => {
    fc.assert(
      fc.property(words, (given) => {
        const { stdout, stderr } = run(shell, quoteCommand(['printf', '%s\\0', ...given]), locale);
        expect(stderr.toString()).toBe('');
        expect(stdout.toString('latin1').split('\0').slice(0, -1)).toEqual(given);
      }),
      { numRuns: 15 },
    );
  });

  test.skipIf(isSkipped)('reads every byte but NUL on its own, and twice', () => {
    const given = Array.from({ length: 255 }, (_, index) => String.fromCharCode(index + 1)).flatMap((one) => [
      one,
      one + one,
    ]);
    const { stdout } = run(shell, `printf '%s\\0' ${given.map(quoteWord).join(' ')}`);
    expect(stdout.toString('latin1').split('\0').slice(0, -1)).toEqual(given);
  });

  test.skipIf(isSkipped)('takes the first word for a program, whatever it looks like', () => {
    for (const program of [
      'if',
      '!',
      '{',
      'case',
      'A=b',
      '~',
      '*',
      '-c',
      '#',
      'a b',
      'no-such-program-of-ours',
    ]) {
      const { status } = run(shell, `${quoteCommand([program, 'x'])}\nexit $?`);
      expect(status, program).toBe(127);
    }
  });
});
