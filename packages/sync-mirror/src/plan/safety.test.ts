import { describe, expect, test } from 'vitest';

import { judgeSafety, reconcile } from '../index.ts';
import { toInput, type Zoo } from './zoo.fixture.ts';

const files = (count: number, prefix = 'f', content = '1'): Zoo =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, content]));

describe('a sync halts', () => {
  test.each([
    ['never without a base', {}, {}, files(100), 'both', undefined],
    ['never without a base, the other way', {}, files(100), {}, 'both', undefined],
    ['not where nothing is missing', files(40), files(40), files(40), 'both', undefined],
    ['where the sandbox lost everything', files(1), files(1), {}, 'both', 'sandbox-root-emptied'],
    ['where the host lost everything', files(1), {}, files(1), 'both', 'host-root-emptied'],
    ['not where both lost everything: nothing is left to lose', files(30), {}, {}, 'both', undefined],
    ['where the sandbox lost more than half', files(40), files(40), files(19), 'both', 'sandbox-shrunk'],
    ['where the host lost more than half', files(40), files(19), files(40), 'both', 'host-shrunk'],
    ['not where half is left', files(40), files(40), files(20), 'both', undefined],
    ['not over a trivial tree', files(19), files(19), files(1), 'both', undefined],
    ['not where most was renamed', files(40), files(40), files(40, 'other'), 'both', undefined],
    [
      'not where what is missing was edited on the other side',
      files(40),
      files(40, 'f', '2'),
      files(5),
      'both',
      undefined,
    ],
    ['not on a push, for what the sandbox lost', files(40), files(40), {}, 'push', undefined],
    ['on a pull, for what the sandbox lost', files(40), files(40), {}, 'pull', 'sandbox-root-emptied'],
    ['on a push, for what the host lost', files(40), files(1), files(40), 'push', 'host-shrunk'],
    ['not on a pull, for what the host lost', files(40), {}, files(40), 'pull', undefined],
  ] as const)('%s', (_rule, base, host, sandbox, direction, halt) => {
    const input = toInput({ base, host, sandbox, direction });
    expect(judgeSafety({ ...input, steps: reconcile(input).steps })).toBe(halt);
  });
});
