import { describe, expect, test } from 'vitest';

import { reconcile, type ReconcileInput } from '../index.ts';
import { toBase, toInput, toScan } from './zoo.fixture.ts';

describe('reconcile asks for a digest', () => {
  const seen = { size: 1, mtimeNs: 5n, ctimeNs: 5n, inode: 5n, isRacy: false };
  const file = (stat: object) => ({ kind: 'file', stat: { ...seen, ...stat }, executable: false }) as const;
  const ask = (
    host: ReturnType<typeof file> | undefined,
    sandbox: ReturnType<typeof file> | undefined,
    base: { readonly isRacy?: boolean },
  ) => {
    const empty = toScan({});
    const put = (entry: typeof host): object => ({ ...empty, tree: new Map(entry && [['a', entry]]) });
    const baseFile = {
      kind: 'file',
      digest: '1',
      executable: false,
      host: { ...seen, ...base },
      sandbox: seen,
    } as const;
    const input = {
      base: new Map([['a', baseFile]]),
      host: put(host),
      sandbox: put(sandbox),
      winner: 'host',
      direction: 'both',
    } as const;
    return reconcile(input as unknown as ReconcileInput).wanted;
  };

  test.each([
    ['not where nothing changed', file({}), file({}), {}, [], []],
    ['not where one side alone has another time', file({ mtimeNs: 6n }), file({}), {}, [], []],
    ['not where one side alone has another size', file({}), file({ size: 2 }), {}, [], []],
    ['where the stat was seen too young', file({}), file({}), { isRacy: true }, ['a'], []],
    ['where only the ctime differs', file({ ctimeNs: 6n }), file({}), {}, ['a'], []],
    ['where only the inode differs', file({}), file({ inode: 6n }), {}, [], ['a']],
    ['on both sides where both changed', file({ mtimeNs: 6n }), file({ mtimeNs: 7n }), {}, ['a'], ['a']],
    ['where one side changed and the other is gone', file({ mtimeNs: 6n }), undefined, {}, ['a'], []],
  ] as const)('%s', (_rule, host, sandbox, base, wantedOfHost, wantedOfSandbox) => {
    expect(ask(host, sandbox, base)).toEqual({ host: wantedOfHost, sandbox: wantedOfSandbox });
  });

  test('on both sides where there is no base and the sizes are equal, and not where they differ', () => {
    const digests = { digests: false };
    const input = { ...toInput({ host: {}, sandbox: {} }), base: toBase({}) };
    const host = toScan({ same: '11', other: '1' }, digests);
    const sandbox = toScan({ same: '22', other: '22' }, digests);
    expect(reconcile({ ...input, host, sandbox }).wanted).toEqual({ host: ['same'], sandbox: ['same'] });
  });
});
