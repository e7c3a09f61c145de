import { describe, expect } from 'vitest';

import type { SandboxId, SandboxInfo, SandboxLifecycle, SandboxName } from '@clamshell/core';

import { type ContractHarness, contractRules, type Subject } from './harness.ts';

export type LifecycleSubject = Subject<SandboxLifecycle> & {
  /** A name that no sandbox has; whatever is made with it is removed with the subject. */
  newName(): SandboxName;
};

/** What every lifecycle does. */
export function describeSandboxLifecycleContract(
  name: string,
  harness: ContractHarness<LifecycleSubject>,
): void {
  describe(`SandboxLifecycle: ${name}`, () => {
    const { rule, finish } = contractRules(harness);
    const labels = { 'clamshell.test/owner': 'contract', purpose: 'test' };

    rule('what does not exist is absent', async ({ subject, newName }) => {
      await expect(subject.inspect(newName())).resolves.toEqual({ phase: 'absent' });
    });

    rule(
      'a created sandbox is found by name and in the list, with its labels',
      async ({ subject, newName }) => {
        const name = newName();
        const created = await subject.create({ name, labels });
        expect(created).toMatchObject({ name, labels });
        await expect(subject.inspect(name)).resolves.toMatchObject({ id: created.id, name, labels });
        expect(await subject.list()).toContainEqual(expect.objectContaining({ id: created.id, name }));
      },
    );

    rule('a taken name is refused and left as it was', async ({ subject, newName }) => {
      const name = newName();
      const { id } = await subject.create({ name, labels });
      const again = subject.create({ name, labels: { purpose: 'other' } });
      await expect(again).rejects.toMatchObject({ code: 'SANDBOX_EXISTS' });
      await expect(subject.inspect(name)).resolves.toMatchObject({ id, labels });
    });

    rule('of two that are created at once with one name, one comes to be', async ({ subject, newName }) => {
      const name = newName();
      const outcomes = await Promise.allSettled([
        subject.create({ name, labels }),
        subject.create({ name, labels }),
      ]);
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    });

    rule('stopping and starting keep the sandbox, and may be repeated', async ({ subject, newName }) => {
      const name = newName();
      const { id } = await subject.create({ name, labels });
      for (const step of ['stop', 'stop', 'start', 'start'] as const) {
        await subject[step](name);
        const phase = step === 'stop' ? 'stopped' : 'ready';
        await expect(subject.inspect(name)).resolves.toMatchObject({ id, phase });
      }
    });

    rule('starting what does not exist is refused', async ({ subject, newName }) => {
      await expect(subject.start(newName())).rejects.toMatchObject({ code: 'SANDBOX_NOT_FOUND' });
    });

    rule('a removed sandbox is absent and its name is free', async ({ subject, newName }) => {
      const name = newName();
      const first = await subject.create({ name, labels });
      await subject.remove(first);
      await expect(subject.inspect(name)).resolves.toEqual({ phase: 'absent' });
      const second = await subject.create({ name, labels });
      expect(second.id).not.toBe(first.id);
    });

    rule('removing twice is harmless', async ({ subject, newName }) => {
      const created = await subject.create({ name: newName(), labels });
      await subject.remove(created);
      await subject.remove(created);
    });

    rule('a stopped sandbox can be removed', async ({ subject, newName }) => {
      const created = await subject.create({ name: newName(), labels });
      await subject.stop(created.name);
      await subject.remove(created);
      await expect(subject.inspect(created.name)).resolves.toEqual({ phase: 'absent' });
    });

    rule('another sandbox of the same name is not removed', async ({ subject, newName }) => {
      const created = await subject.create({ name: newName(), labels });
      const stale: SandboxInfo = { ...created, id: 'another' as SandboxId };
      await expect(subject.remove(stale)).rejects.toMatchObject({ code: 'SANDBOX_ID_CHANGED' });
      await expect(subject.inspect(created.name)).resolves.toMatchObject({ id: created.id });
    });

    rule('an aborted call rejects with its own reason', async ({ subject, newName }) => {
      const signal = AbortSignal.abort('enough');
      await expect(subject.inspect(newName(), { signal })).rejects.toBe('enough');
      await expect(subject.list({ signal })).rejects.toBe('enough');
    });

    finish();
  });
}
