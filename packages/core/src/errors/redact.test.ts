import { expect, test } from 'vitest';

import { ClamshellError, ERROR_CODES, isClamshellError, redact } from '../index.ts';

test.each([
  ['https://user:hunter2@host/x', 'hunter2'],
  ['Authorization: Bearer abcdefgh.ijkl', 'abcdefgh'],
  ['OPENAI_API_KEY=sk-123 other', 'sk-123'],
  ["GITHUB_TOKEN: 'ghp_x y'", 'ghp_x'],
  ['-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn\n-----END OPENSSH PRIVATE KEY-----', 'b3Blbn'],
])('%j is shown without its secret', (text, secret) => {
  expect(redact(text)).not.toContain(secret);
});

test('terminal escapes become visible text, lines stay lines', () => {
  expect(redact('a\x1b]52;c;x\x07\nb\x9b2J\u202e')).toBe('a\\x1b]52;c;x\\x07\nb\\x9b2J\\u{202e}');
});

test('an error redacts its own message and hint, and is known by its brand', () => {
  const error = new ClamshellError('CONFIG_INVALID', 'PASSWORD=x1', { hint: 'TOKEN=x2' });
  expect(`${error.message}${error.hint}`).not.toMatch(/x1|x2/);
  expect([isClamshellError(error), isClamshellError(new Error('x')), isClamshellError(null)]).toEqual([
    true,
    false,
    false,
  ]);
});

test('every code says what to do', () => {
  for (const { hint } of Object.values(ERROR_CODES)) expect(hint).toMatch(/^[A-Z].*\.$|clamshell|openshell/);
});
