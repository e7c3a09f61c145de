import fc from 'fast-check';

import { parentOf, parseRelPath, type SyncDirection } from '@clamshell/core';

import type { Side } from '../index.ts';
import type { Three, Zoo } from './zoo.fixture.ts';

const PATHS = [
  'a',
  'b',
  'd',
  'd/e',
  'd/e/z',
  'd/x',
  'd/y',
  'g',
  'g/.git',
  'g/.git/HEAD',
  'g/.git/config',
  'l',
];
export const LEAVES = ['1', '2', '3', '+1', '->a', '->b', '->/etc'];

/** A tree over a few paths; entries below what is no directory are left out. */
function zoo(leaves: readonly string[]): fc.Arbitrary<Zoo> {
  const entry = fc.option(fc.oneof(fc.constant('d'), fc.constantFrom(...leaves)), {
    nil: undefined,
    freq: 3,
  });
  return fc.tuple(...PATHS.map(() => entry)).map((entries) => {
    const found: Record<string, string> = {};
    for (const [index, path] of PATHS.entries()) {
      const parent = parentOf(parseRelPath(path));
      const text = entries[index];
      if (text !== undefined && (parent === undefined || found[parent] === 'd')) found[path] = text;
    }
    return found;
  });
}

/** Mostly a few edits of `base`, as two sides are between two syncs. */
export function edited(base: Zoo, leaves: readonly string[]): fc.Arbitrary<Zoo> {
  const mix = fc.tuple(zoo(leaves), fc.subarray(PATHS)).map(([other, paths]) => {
    const found: Record<string, string> = {};
    for (const path of PATHS) {
      const parent = parentOf(parseRelPath(path));
      const text = (paths.includes(path) ? other : base)[path];
      if (text !== undefined && (parent === undefined || found[parent] === 'd')) found[path] = text;
    }
    return found;
  });
  return fc.oneof({ weight: 4, arbitrary: mix }, { weight: 1, arbitrary: zoo(leaves) });
}

/** Two sides, and what they agreed on, if anything. */
export function three(leaves: readonly string[], direction: SyncDirection = 'both'): fc.Arbitrary<Three> {
  const agreed = zoo(leaves.filter((leaf) => leaf !== '!'));
  return fc
    .tuple(agreed, fc.boolean(), fc.constantFrom<Side>('host', 'sandbox'))
    .chain(([base, hasBase, winner]) =>
      fc.record({
        base: fc.constant(hasBase ? base : {}),
        host: edited(base, leaves),
        sandbox: edited(base, leaves),
        winner: fc.constant(winner),
        direction: fc.constant(direction),
      }),
    );
}
