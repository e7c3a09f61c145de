import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseRelPath, type RelPath } from '@clamshell/core';

import { reconcile, type Side } from '../index.ts';
import { LEAVES, three } from './arbitrary-zoo.fixture.ts';
import { again, fromEntry, fromTree, simulate, type Three, toInput, type Zoo } from './zoo.fixture.ts';

const ORDINARY = LEAVES.filter((leaf) => leaf !== '->/etc');
const isProtected = (path: string): boolean => path.includes('.git');
const withoutGit = (side: Zoo): Zoo =>
  Object.fromEntries(Object.entries(side).filter(([path]) => !isProtected(path)));
const plain = three(ORDINARY).map((each) => ({
  ...each,
  base: withoutGit(each.base ?? {}),
  host: withoutGit(each.host),
  sandbox: withoutGit(each.sandbox),
}));
const anything = three([...LEAVES, '!']);
const RUNS = { numRuns: 2000 };

describe('a merge', () => {
  test('can be carried out: nothing overwritten, parents first, only empty directories removed', () => {
    fc.assert(
      fc.property(anything, (each) => {
        const input = toInput(each);
        simulate(input, reconcile(input));
      }),
      RUNS,
    );
  });

  test('makes both sides equal', () => {
    fc.assert(
      fc.property(plain, (each) => {
        const input = toInput(each);
        const { host, sandbox } = simulate(input, reconcile(input));
        expect(fromTree(host)).toEqual(fromTree(sandbox));
      }),
      RUNS,
    );
  });

  test('loses no edit: a version that differs from the base stays on a side or is a conflict that is kept', () => {
    fc.assert(
      fc.property(anything, (each) => {
        const input = toInput(each);
        const plan = reconcile(input);
        const after = simulate(input, plan);
        for (const side of ['host', 'sandbox'] as const) {
          for (const [path, entry] of input[side].tree) {
            const text = fromEntry(entry);
            if (entry.kind === 'directory' || text === (each.base ?? {})[path]) continue;
            const stays = [after.host, after.sandbox].some(
              (tree) => contentAt(tree, path) === contentOf(text),
            );
            const step = plan.steps.find((other) => other.path === path && other.to === side);
            expect(stays || step?.isConflict, `${side} ${path}: ${text}`).toBe(true);
          }
        }
      }),
      RUNS,
    );
  });

  test('moves nothing when made again', () => {
    fc.assert(
      fc.property(anything, (each) => {
        const input = toInput(each);
        const plan = reconcile(input);
        const next = again(input, plan);
        expect(reconcile(next).steps).toEqual([]);
      }),
      RUNS,
    );
  });

  test('does the same with the sides swapped, where nothing is protected', () => {
    fc.assert(
      fc.property(plain, ({ base, host, sandbox, winner }) => {
        const swapped = {
          host: sandbox,
          sandbox: host,
          winner: winner === 'host' ? 'sandbox' : 'host',
        } as const;
        const [one, other] = [
          toInput({ base, host, sandbox, winner } as Three),
          toInput({ base, ...swapped } as Three),
        ];
        expect(fromTree(simulate(one, reconcile(one)).host)).toEqual(
          fromTree(simulate(other, reconcile(other)).sandbox),
        );
      }),
      RUNS,
    );
  });

  test('agrees with a naive merge, path by path, where there are only files', () => {
    const flat = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2', '3'));
    fc.assert(
      fc.property(
        flat,
        flat,
        flat,
        fc.constantFrom<Side>('host', 'sandbox'),
        (base, host, sandbox, winner) => {
          const input = toInput({ base, host, sandbox, winner });
          const naive = naiveMerge({ base, host, sandbox, winner });
          expect(fromTree(simulate(input, reconcile(input)).host)).toEqual(naive);
        },
      ),
      RUNS,
    );
  });

  test.each(['host', 'sandbox'] as const)(
    'in one direction never changes the side it comes from: %s',
    (side) => {
      fc.assert(
        fc.property(three([...LEAVES, '!'], side === 'host' ? 'push' : 'pull'), (each) => {
          const input = toInput(each);
          const after = simulate(input, reconcile(input));
          expect(fromTree(after[side])).toEqual(fromTree(input[side].tree));
        }),
        RUNS,
      );
    },
  );

  test('changes nothing of the host that is protected', () => {
    fc.assert(
      fc.property(anything, (each) => {
        const input = toInput(each);
        const after = simulate(input, reconcile(input));
        const config = parseRelPath('g/.git/config');
        const ours = each.host['g/.git/config'];
        expect(contentAt(after.host, config)).toBe(ours === undefined ? undefined : contentOf(ours));
      }),
      RUNS,
    );
  });
});

function contentOf(text: string): string {
  return text.replace(/^\+/, '');
}

function contentAt(
  tree: ReadonlyMap<RelPath, Parameters<typeof fromEntry>[0]>,
  path: RelPath,
): string | undefined {
  const entry = tree.get(path);
  return entry === undefined ? undefined : contentOf(fromEntry(entry));
}

function naiveMerge({
  base,
  host,
  sandbox,
  winner,
}: {
  base: Zoo;
  host: Zoo;
  sandbox: Zoo;
  winner: Side;
}): Zoo {
  const merged: Record<string, string> = {};
  for (const path of ['a', 'b', 'c']) {
    const [b, h, s] = [base[path], host[path], sandbox[path]];
    const value =
      h === s
        ? h
        : h === b
          ? s
          : s === b
            ? h
            : h === undefined
              ? s
              : s === undefined
                ? h
                : winner === 'host'
                  ? h
                  : s;
    if (value !== undefined) merged[path] = value;
  }
  return merged;
}
