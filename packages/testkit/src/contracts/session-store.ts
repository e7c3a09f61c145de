import { describe, expect } from 'vitest';

import { parseSandboxName, type SandboxId, type SessionRecord, type SessionStore } from '@clamshell/core';

import { type ContractHarness, contractRules, type Subject } from './harness.ts';

const record: SessionRecord = {
  sandboxName: parseSandboxName('demo'),
  sandboxId: 'sb-1' as SandboxId,
  owed: false,
  runs: [],
};

const withRun = (id: string) => (current: SessionRecord | undefined) => ({
  ...(current ?? record),
  runs: [...(current?.runs ?? []), { id, owner: 'me' }],
});

/** What every session store does. */
export function describeSessionStoreContract(
  name: string,
  harness: ContractHarness<Subject<SessionStore>>,
): void {
  describe(`SessionStore: ${name}`, () => {
    const { rule, finish } = contractRules(harness);

    rule('a key never written reads as nothing', async ({ subject }) => {
      await expect(subject.read('a')).resolves.toBeUndefined();
    });

    rule('what was written is read back', async ({ subject }) => {
      await expect(subject.update('a', () => record)).resolves.toEqual(record);
      await expect(subject.read('a')).resolves.toEqual(record);
    });

    rule('every field of a record is kept', async ({ subject }) => {
      const full: SessionRecord = {
        ...record,
        owed: true,
        runs: [
          { id: '1', owner: 'me', leaseUntilMs: 12 },
          { id: '2', owner: 'you' },
        ],
        starts: 2,
        seeded: true,
        removing: 'me',
        discarded: [{ sandboxId: 'sb-0' as SandboxId, atMs: 3, runs: ['0'] }],
      };
      await expect(subject.update('a', () => full)).resolves.toEqual(full);
      await expect(subject.read('a')).resolves.toEqual(full);
    });

    rule('what was read does not change with the record', async ({ subject }) => {
      await subject.update('a', withRun('1'));
      const read = await subject.read('a');
      await subject.update('a', withRun('2'));
      expect(read?.runs.map(({ id }) => id)).toEqual(['1']);
    });

    rule('a change sees what the last one wrote', async ({ subject }) => {
      await subject.update('a', withRun('1'));
      await subject.update('a', withRun('2'));
      expect((await subject.read('a'))?.runs.map(({ id }) => id)).toEqual(['1', '2']);
    });

    rule('a change to nothing removes the record', async ({ subject }) => {
      await subject.update('a', () => record);
      await expect(subject.update('a', () => undefined)).resolves.toBeUndefined();
      await expect(subject.read('a')).resolves.toBeUndefined();
    });

    rule('keys do not touch one another, whatever they are made of', async ({ subject }) => {
      const keys = ['a', 'A', 'a/b', '../a', 'a\nb', 'ä', ' ', `long ${'x'.repeat(4000)}`];
      for (const [index, key] of keys.entries()) await subject.update(key, withRun(String(index)));
      for (const [index, key] of keys.entries()) {
        expect((await subject.read(key))?.runs).toEqual([{ id: String(index), owner: 'me' }]);
      }
    });

    rule('changes that overlap are all kept', async ({ subject }) => {
      const ids = Array.from({ length: 20 }, (_, index) => String(index));
      await Promise.all(ids.map((id) => subject.update('a', withRun(id))));
      const kept = (await subject.read('a'))?.runs.map(({ id }) => id) ?? [];
      expect(kept.toSorted()).toEqual(ids.toSorted());
    });

    rule('a change that throws changes nothing, and the store goes on', async ({ subject }) => {
      await subject.update('a', () => record);
      const refusal = subject.update('a', () => {
        throw new TypeError('no');
      });
      await expect(refusal).rejects.toThrow('no');
      await expect(subject.update('a', withRun('1'))).resolves.toMatchObject({ owed: false });
    });

    finish();
  });
}
