import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { deriveSandboxName, parseSandboxName } from '../index.ts';

describe('deriveSandboxName', () => {
  test.each([
    ['', 'oc-3f3af1ecebbd1410'],
    ['shared', 'oc-a4d26868017c0ccf'],
    ['agent:main:main', 'oc-6d9217fe77c7f11d'],
    ['agent:main:workspace:0123456789abcdef0123456789abcdef', 'oc-1y16rp4p07lbnbwq'],
    ['agent:main:workspace:00000000000000000000000000000002', 'oc-0mnunyeyobsfm95t'],
  ])('%j becomes %s, as upstream derives it', (scopeKey, name) => {
    expect(deriveSandboxName(scopeKey)).toBe(name);
  });

  test('any scope key gives a name that OpenShell accepts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (key) => parseSandboxName(deriveSandboxName(key)) !== ''),
    );
  });
});

describe('parseSandboxName', () => {
  test.each([
    ['', 'is empty'],
    ['a'.repeat(20), 'is longer than 19 characters'],
    ['Demo', 'contains something other'],
    ['-rf', 'starts or ends with a hyphen'],
    ['a--b', 'two hyphens in a row'],
    ['a;id', 'contains something other'],
  ])('%j is refused: %s', (text, rule) => {
    expect(() => parseSandboxName(text)).toThrow(rule);
  });
});
