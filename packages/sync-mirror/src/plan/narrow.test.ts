import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { RelPath } from '@clamshell/core';

import {
  type Entry,
  nextBase,
  reconcile,
  type ReconcileInput,
  type Reconciliation,
  type Scan,
} from '../index.ts';
import { edited, LEAVES, three } from './arbitrary-zoo.fixture.ts';
import { type Agreed, narrow, noteAgreed } from './narrow.ts';
import { again, fromTree, toInput, toScan, type Zoo } from './zoo.fixture.ts';

const leaves = [...LEAVES, '!'];

/** Two sides and their base, then what each side’s owner made of it, and whether the first plan was carried out. */
const story = three(leaves).chain((first) => {
  const after = fromTree(again(toInput(first), reconcile(toInput(first))).host.tree);
  return fc.record({
    first: fc.constant(first),
    host: edited(after, leaves),
    sandbox: edited(after, leaves),
    isCarriedOut: fc.boolean(),
  });
});

test('what is left out of a narrowed input decides nothing', () => {
  let narrowed = 0;
  fc.assert(
    fc.property(story, ({ first, host, sandbox, isCarriedOut }) => {
      const input = toInput(first);
      const plan = reconcile(input);
      const settled = isCarriedOut ? again(input, plan) : untouched(input, plan);
      const agreed = note(input, plan, settled.base);
      const next = {
        ...settled,
        host: edit(settled.host, host),
        sandbox: edit(settled.sandbox, sandbox),
      };
      const less = narrow(next, { host: next.host.tree, sandbox: next.sandbox.tree }, agreed);
      if (less === undefined) return;
      narrowed += 1;
      expectSame(reconcile(less), reconcile(next));
      expect(nextBaseOf(next, reconcile(less))).toEqual(nextBaseOf(next, reconcile(next)));
    }),
    { numRuns: 1500 },
  );
  expect(narrowed).toBeGreaterThan(150);
});

function note(input: ReconcileInput, plan: Reconciliation, base: ReconcileInput['base']): Agreed {
  const now = { host: input.host.tree, sandbox: input.sandbox.tree };
  return noteAgreed({ looked: input, plan, now, base, before: undefined });
}

function untouched(input: ReconcileInput, { settled }: Reconciliation): ReconcileInput {
  return { ...input, base: nextBase({ ...input, settled, applied: new Map() }) };
}

/** What stays is the same object, as in a scan. */
function edit(scan: Scan, zoo: Zoo): Scan {
  const old = fromTree(scan.tree);
  const tree = new Map<RelPath, Entry>();
  for (const [path, entry] of toScan(zoo).tree) {
    const known = scan.tree.get(path);
    tree.set(path, known !== undefined && zoo[path] === old[path] ? known : entry);
  }
  return { ...scan, tree };
}

function expectSame(one: Reconciliation, other: Reconciliation): void {
  const told = ({ steps, problems, conflicts, wanted }: Reconciliation) => ({
    steps,
    problems,
    conflicts,
    wanted,
  });
  expect(told(one)).toEqual(told(other));
  expect(one.withheld).toEqual(other.withheld);
}

function nextBaseOf(input: ReconcileInput, { settled }: Reconciliation): ReadonlyMap<RelPath, unknown> {
  return nextBase({ ...input, settled, applied: new Map() });
}
