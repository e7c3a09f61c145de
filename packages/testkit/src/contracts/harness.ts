import { test } from 'vitest';

import { invariant } from '@clamshell/core';

/** One implementation, ready for one test. */
export type Subject<Port> = AsyncDisposable & { readonly subject: Port };

/** What an implementation can't do, why, and which rules of the contract that excuses. */
export interface Incapability {
  readonly reason: string;
  readonly rules: readonly string[];
}

export interface ContractHarness<Opened extends AsyncDisposable> {
  open(): Promise<Opened>;
  readonly incapable?: readonly Incapability[];
  /** Why nothing can be tested here; a failure instead where `CI` is `true`. */
  readonly unavailable?: string | undefined;
}

/** A rule of a contract, checked on a subject of its own. */
export type RuleTest<Opened> = (rule: string, check: (opened: Opened) => Promise<void>) => void;

/** Makes rules into tests, skipping with its reason what an implementation is excused from. */
export function contractRules<Opened extends AsyncDisposable>(
  harness: ContractHarness<Opened>,
): {
  readonly rule: RuleTest<Opened>;
  /** To be called after the last rule: an excuse for a rule that does not exist is a mistake. */
  finish(): void;
} {
  const seen = new Set<string>();
  const rule: RuleTest<Opened> = (name, check) => {
    seen.add(name);
    const reason = excuse(harness, name);
    if (reason !== undefined) return test.skip(`${name} (skipped: ${reason})`, () => {});
    test(name, async () => {
      await using opened = await harness.open();
      await check(opened);
    });
  };
  const finish = () => {
    const unknown = harness.incapable?.flatMap(({ rules }) => rules).filter((name) => !seen.has(name)) ?? [];
    invariant(unknown.length === 0, `no such rule: ${unknown.join(', ')}`);
  };
  return { rule, finish };
}

function excuse<Opened extends AsyncDisposable>(
  { incapable = [], unavailable }: ContractHarness<Opened>,
  name: string,
): string | undefined {
  const incapability = incapable.find(({ rules }) => rules.includes(name))?.reason;
  if (incapability !== undefined) return incapability;
  return process.env['CI'] === 'true' ? undefined : unavailable;
}
