import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { legacySandboxNames, parseExistingSandboxName, parseSandboxName } from '../index.ts';

const key = fc.string({ unit: 'binary', maxLength: 60 });

describe('legacySandboxNames', () => {
  test.each([
    ['', 'openclaw-session-9516c87b'],
    ['agent:main:main', 'openclaw-agent-main-main-1b41619c'],
    ['shared', 'openclaw-shared-8198076c'],
    ['💥 boom', 'openclaw-boom-f875f1d7'],
    ['../../etc/passwd', 'openclaw-..-..-etc-passwd-521ac23a'],
    ['日本語', 'openclaw-session-bf42672'],
    ['X', 'openclaw-x-2b5fd'],
  ])('the oldest name of %j is %s', (scopeKey, name) => {
    expect(legacySandboxNames(scopeKey)[0]).toBe(name);
  });

  test.each([
    ['a later name has no dots and underscores', 'a._b', ['openclaw-a._b-', 'openclaw-a-b-']],
    ['where both agree there is one', 'a-b', ['openclaw-a-b-']],
    ['a run becomes one hyphen, one that was there stays', 'a:/-b', ['openclaw-a--b-']],
    ['hyphens at the ends go', '--a--', ['openclaw-a-']],
    ['it is cut after the ends are clean', `${'a'.repeat(31)}:b`, [`openclaw-${'a'.repeat(31)}--`]],
    ['32 characters at most', 'b'.repeat(40), [`openclaw-${'b'.repeat(32)}-`]],
    ['what only older rules keep', '..', ['openclaw-..-', 'openclaw-session-']],
  ])('%s', (_rule, scopeKey, starts) => {
    const names = legacySandboxNames(scopeKey);
    expect(names.map((name) => name.replace(/[0-9a-f]+$/, ''))).toEqual(starts);
  });

  test('the hash is of the trimmed key in its own case, unit by unit', () => {
    const hashOf = (scopeKey: string) => legacySandboxNames(scopeKey)[0]?.split('-').at(-1);
    fc.assert(
      fc.property(key, (scopeKey) => {
        const whole = scopeKey.trim() || 'session';
        const units = Array.from(whole, (character) => BigInt(character.charCodeAt(0)));
        const expected = units.reduce((state, unit) => ((state * 33n) ^ unit) & 0xffff_ffffn, 5381n);
        expect(hashOf(scopeKey)).toBe(expected.toString(16));
        expect(legacySandboxNames(` ${scopeKey}\n`)).toEqual(legacySandboxNames(scopeKey));
      }),
    );
    expect(hashOf('a')).not.toBe(hashOf('A'));
  });

  test('any key gives names that can be looked up and that nothing is created with', () => {
    fc.assert(
      fc.property(key, (scopeKey) => {
        for (const name of legacySandboxNames(scopeKey)) {
          expect(name).toMatch(/^openclaw-[a-z0-9._-]{1,32}-[0-9a-f]{1,8}$/);
          expect(parseExistingSandboxName(name)).toBe(name);
          // Shorter ones exist, but then the hash is short too: none of today's rules made them.
          if (name.length > 19) expect(() => parseSandboxName(name)).toThrow('longer than 19');
        }
      }),
    );
  });
});

describe('parseExistingSandboxName', () => {
  test.each(['demo', 'oc-6d9217fe77c7f11d', 'openclaw-..-..-etc-passwd-521ac23a', '0'])(
    '%j passes',
    (text) => {
      expect(parseExistingSandboxName(text)).toBe(text);
    },
  );

  test.each(['', '-rf', '.x', 'a b', 'A', 'a;id', 'a\n', 'a/b', 'x'.repeat(254)])('%j is refused', (text) => {
    expect(() => parseExistingSandboxName(text)).toThrow('never was the name of a sandbox');
  });
});
