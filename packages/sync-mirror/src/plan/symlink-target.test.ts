import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseRelPath } from '@clamshell/core';

import { isContainedTarget } from '../index.ts';

describe('a link of the sandbox may come to the host', () => {
  test.each([
    ['l', 'file', true],
    ['l', './file', true],
    ['l', 'dir//file', true],
    ['l', '.', true],
    ['d/l', '..', true],
    ['d/l', '../file', true],
    ['d/e/l', '../../f', true],
    ['l', '..', false],
    ['d/l', '../..', false],
    ['l', '/etc/passwd', false],
    ['l', '//etc', false],
    ['l', '../ws-evil/x', false],
    ['d/l', '../../ws/x', false],
    // Where x is itself a link to a shallower place, x/.. is not where the text says (hostile-input row 8).
    ['d/l', 'x/..', false],
    ['d/e/l', '../x/../y', false],
    ['l', '', false],
    ['l', 'a\0b', false],
    ['l', 'a/'.repeat(2048), false],
  ])('%j -> %j: %s', (path, target, isAllowed) => {
    expect(isContainedTarget(parseRelPath(path), target)).toBe(isAllowed);
  });

  test('no chain of such links leads out of the mount', () => {
    const names = fc.constantFrom('a', 'b', 'd/a', 'd/b', 'd/e/a', 'd/e/b');
    const step = fc.constantFrom('..', '.', 'a', 'b', 'd', 'e');
    const target = fc.array(step, { minLength: 1, maxLength: 5 }).map((steps) => steps.join('/'));
    const links = fc.dictionary(names, target, { maxKeys: 6 });
    fc.assert(
      fc.property(links, names, (made, start) => {
        const contained = Object.entries(made).filter(([path, to]) =>
          isContainedTarget(parseRelPath(path), to),
        );
        expect(escapes(new Map(contained), start)).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });
});

/** Resolves as a kernel does: component by component, each link where it stands; true once it climbs above the root. */
function escapes(links: ReadonlyMap<string, string>, start: string): boolean {
  const waiting = start.split('/');
  let at: string[] = [];
  for (let count = 0; waiting.length > 0 && count < 100; count += 1) {
    const step = waiting.shift();
    if (step === undefined || step === '.' || step === '') continue;
    if (step === '..') {
      if (at.length === 0) return true;
      at = at.slice(0, -1);
      continue;
    }
    const target = links.get([...at, step].join('/'));
    if (target === undefined) at = [...at, step];
    else waiting.unshift(...target.split('/'));
  }
  return false;
}
