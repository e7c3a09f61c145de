import { describe, expect, test } from 'vitest';

import { reconcile } from '../index.ts';
import { fromEntry, fromTree, simulate, type Three, toInput, toScan, type Zoo } from './zoo.fixture.ts';

interface Expected {
  readonly host: Zoo;
  readonly sandbox: Zoo;
  /** `side path: version` of what lost a conflict. */
  readonly lost?: readonly string[];
  readonly problems?: readonly string[];
  readonly withheld?: readonly string[];
}

type Row = readonly [rule: string, three: Three, expected: Expected | Zoo];

/** What both sides hold afterwards. */
function isZoo(expected: Expected | Zoo): expected is Zoo {
  return !(typeof expected['host'] === 'object');
}

function judge(three: Three) {
  const input = toInput(three);
  const plan = reconcile(input);
  const { host, sandbox } = simulate(input, plan);
  const lost = plan.steps.flatMap(({ to, path, over, isConflict }) =>
    isConflict && over !== undefined && over.kind !== 'directory'
      ? [`${to} ${path}: ${fromEntry(over)}`]
      : [],
  );
  const outcome = {
    host: fromTree(host),
    sandbox: fromTree(sandbox),
    lost,
    withheld: [...plan.withheld.keys()],
  };
  expect(plan.wanted, 'every digest is known').toEqual({ host: [], sandbox: [] });
  return { ...outcome, problems: plan.problems.map(({ path }) => path as string), conflicts: plan.conflicts };
}

const one = { a: '1' };
const dir = { d: 'd', 'd/x': '1', 'd/y': '1' };

const ROWS: readonly Row[] = [
  ['nothing changed, nothing moves', { base: one, host: one, sandbox: one }, one],
  ['an edit on the host is pushed', { base: one, host: { a: '2' }, sandbox: one }, { a: '2' }],
  ['an edit in the sandbox is pulled', { base: one, host: one, sandbox: { a: '2' } }, { a: '2' }],
  [
    'a new file on the host is pushed',
    { base: one, host: { ...one, b: '1' }, sandbox: one },
    { ...one, b: '1' },
  ],
  [
    'a new file of the sandbox is pulled',
    { base: one, host: one, sandbox: { ...one, b: '1' } },
    { ...one, b: '1' },
  ],
  ['a removal on the host is pushed', { base: one, host: {}, sandbox: one }, {}],
  ['a removal in the sandbox is pulled', { base: one, host: one, sandbox: {} }, {}],
  ['a removal on both is agreement', { base: one, host: {}, sandbox: {} }, {}],
  ['the same edit on both is agreement', { base: one, host: { a: '2' }, sandbox: { a: '2' } }, { a: '2' }],
  ['an execute bit alone is moved', { base: one, host: { a: '+1' }, sandbox: one }, { a: '+1' }],
  [
    'an execute bit joins the same edit on both',
    { base: one, host: { a: '2' }, sandbox: { a: '+2' } },
    { a: '+2' },
  ],
  ['a link is moved', { host: { l: '->a' }, sandbox: {} }, { l: '->a' }],
  ['a link is retargeted', { base: { l: '->a' }, host: { l: '->a' }, sandbox: { l: '->b' } }, { l: '->b' }],
  [
    'an absolute link of the host is pushed as it is',
    { host: { l: '->/etc' }, sandbox: {} },
    { l: '->/etc' },
  ],
  ['an empty directory is moved', { host: {}, sandbox: { d: 'd' } }, { d: 'd' }],
  ['a removed directory goes with its files', { base: dir, host: {}, sandbox: dir }, {}],
  ['a removed directory goes on the host too', { base: dir, host: dir, sandbox: {} }, {}],

  ['an edit beats a removal in the sandbox', { base: one, host: { a: '2' }, sandbox: {} }, { a: '2' }],
  ['an edit beats a removal on the host', { base: one, host: {}, sandbox: { a: '2' } }, { a: '2' }],
  [
    'an edit keeps its directory and nothing else of it',
    { base: dir, host: {}, sandbox: { ...dir, 'd/x': '2' } },
    { d: 'd', 'd/x': '2' },
  ],
  [
    'a new file keeps a directory that was removed on the other side',
    { base: dir, host: { ...dir, 'd/new': '1' }, sandbox: {} },
    { d: 'd', 'd/new': '1' },
  ],

  [
    'different edits: the host stays',
    { base: one, host: { a: '2' }, sandbox: { a: '3' } },
    { host: { a: '2' }, sandbox: { a: '2' }, lost: ['sandbox a: 3'] },
  ],
  [
    'different edits: the sandbox stays, where it is told to',
    { base: one, host: { a: '2' }, sandbox: { a: '3' }, winner: 'sandbox' },
    { host: { a: '3' }, sandbox: { a: '3' }, lost: ['host a: 2'] },
  ],
  [
    'no base: a union; the same agrees, different is a conflict, nothing is removed',
    { host: { a: '1', h: '1', same: '1' }, sandbox: { a: '2', s: '1', same: '1' } },
    {
      host: { a: '1', h: '1', s: '1', same: '1' },
      sandbox: { a: '1', h: '1', s: '1', same: '1' },
      lost: ['sandbox a: 2'],
    },
  ],
  [
    'a file against a link is a conflict',
    { base: one, host: { a: '2' }, sandbox: { a: '->b' } },
    { host: { a: '2' }, sandbox: { a: '2' }, lost: ['sandbox a: ->b'] },
  ],

  [
    'a file became a directory in the sandbox',
    { base: one, host: one, sandbox: { a: 'd', 'a/x': '1' } },
    { a: 'd', 'a/x': '1' },
  ],
  [
    'a file became a directory on the host',
    { base: one, host: { a: 'd', 'a/x': '1' }, sandbox: one },
    { a: 'd', 'a/x': '1' },
  ],
  ['a directory became a file on the host', { base: dir, host: { d: '1' }, sandbox: dir }, { d: '1' }],
  ['a directory became a link in the sandbox', { base: dir, host: dir, sandbox: { d: '->e' } }, { d: '->e' }],
  ['a link became a directory', { base: { d: '->e' }, host: { d: 'd' }, sandbox: { d: '->e' } }, { d: 'd' }],
  [
    'a directory became a file on the host while a file in it was edited: the host stays, the edit is kept',
    { base: dir, host: { d: '2' }, sandbox: { ...dir, 'd/x': '2' } },
    { host: { d: '2' }, sandbox: { d: '2' }, lost: ['sandbox d/x: 2', 'sandbox d/y: 1'] },
  ],
  [
    'the same, and the sandbox stays: its directory whole',
    { base: dir, host: { d: '2' }, sandbox: { ...dir, 'd/x': '2' }, winner: 'sandbox' },
    { host: { ...dir, 'd/x': '2' }, sandbox: { ...dir, 'd/x': '2' }, lost: ['host d: 2'] },
  ],
  [
    'no base, a file against a directory',
    { host: { p: 'd', 'p/x': '1' }, sandbox: { p: '1' } },
    { host: { p: 'd', 'p/x': '1' }, sandbox: { p: 'd', 'p/x': '1' }, lost: ['sandbox p: 1'] },
  ],

  [
    'something special stays where it is, and so does what the other side has there',
    { host: { p: '!' }, sandbox: { p: '1' } },
    { host: { p: '!' }, sandbox: { p: '1' }, problems: ['p'] },
  ],
  [
    'a directory that holds something special is not removed',
    { base: dir, host: { ...dir, 'd/fifo': '!' }, sandbox: {} },
    { host: { d: 'd', 'd/fifo': '!' }, sandbox: {} },
  ],
  [
    'a directory that holds something special is not replaced',
    { base: dir, host: { ...dir, 'd/fifo': '!' }, sandbox: { d: '1' } },
    { host: { ...dir, 'd/fifo': '!' }, sandbox: { d: '1' }, problems: ['d'] },
  ],

  [
    'a hook of the sandbox stays there',
    {
      host: { '.git': 'd' },
      sandbox: { '.git': 'd', '.git/hooks': 'd', '.git/hooks/post-checkout': '+evil' },
    },
    {
      host: { '.git': 'd' },
      sandbox: { '.git': 'd', '.git/hooks': 'd', '.git/hooks/post-checkout': '+evil' },
      withheld: ['.git/hooks/post-checkout', '.git/hooks'],
    },
  ],
  [
    'a protected file of the host is pushed',
    {
      base: { '.git': 'd', '.git/config': '1' },
      host: { '.git': 'd', '.git/config': '2' },
      sandbox: { '.git': 'd', '.git/config': '1' },
    },
    { '.git': 'd', '.git/config': '2' },
  ],
  [
    'of two different edits of a protected file the host’s stays, whatever the policy',
    {
      base: { '.git': 'd', '.git/config': '1' },
      host: { '.git': 'd', '.git/config': '2' },
      sandbox: { '.git': 'd', '.git/config': '3' },
      winner: 'sandbox',
    },
    {
      host: { '.git': 'd', '.git/config': '2' },
      sandbox: { '.git': 'd', '.git/config': '2' },
      lost: ['sandbox .git/config: 3'],
    },
  ],
  [
    'a protected file is not removed on the host',
    {
      base: { '.git': 'd', '.git/config': '1' },
      host: { '.git': 'd', '.git/config': '1' },
      sandbox: { '.git': 'd' },
    },
    { host: { '.git': 'd', '.git/config': '1' }, sandbox: { '.git': 'd' }, withheld: ['.git/config'] },
  ],
  [
    'a `.git` file in place of the host’s directory changes nothing there',
    {
      base: { '.git': 'd', '.git/HEAD': '1' },
      host: { '.git': 'd', '.git/HEAD': '1' },
      sandbox: { '.git': 'gitdir: /x' },
    },
    { host: { '.git': 'd', '.git/HEAD': '1' }, sandbox: { '.git': 'gitdir: /x' }, withheld: ['.git'] },
  ],
  [
    'a directory that holds protected files is not replaced by a file of the sandbox',
    {
      base: { r: 'd', 'r/.git': 'd', 'r/.git/config': '1' },
      host: { r: 'd', 'r/.git': 'd', 'r/.git/config': '1' },
      sandbox: { r: '1' },
    },
    { host: { r: 'd', 'r/.git': 'd', 'r/.git/config': '1' }, sandbox: { r: '1' }, withheld: ['r'] },
  ],
  [
    'a link that leads out stays in the sandbox',
    { base: one, host: one, sandbox: { ...one, out: '->/etc/passwd', up: '->../x' } },
    { host: one, sandbox: { ...one, out: '->/etc/passwd', up: '->../x' }, withheld: ['out', 'up'] },
  ],
  [
    'a file that became a link that leads out is kept on the host',
    { base: one, host: one, sandbox: { a: '->/etc/passwd' }, winner: 'sandbox' },
    { host: one, sandbox: { a: '->/etc/passwd' }, withheld: ['a'] },
  ],

  [
    'push: what the sandbox changed stays there',
    {
      base: { a: '1', b: '1' },
      host: { a: '2', b: '1' },
      sandbox: { a: '1', b: '2', c: '1' },
      direction: 'push',
    },
    { host: { a: '2', b: '1' }, sandbox: { a: '2', b: '2', c: '1' } },
  ],
  [
    'pull: what the host changed stays there',
    {
      base: { a: '1', b: '1' },
      host: { a: '2', b: '1', c: '1' },
      sandbox: { a: '1', b: '2' },
      direction: 'pull',
    },
    { host: { a: '2', b: '2', c: '1' }, sandbox: { a: '1', b: '2' } },
  ],
  ...(['push', 'pull'] as const).map((direction): Row => [
    `${direction}: a path changed on both sides is left and reported`,
    { base: one, host: { a: '2' }, sandbox: { a: '3' }, direction },
    { host: { a: '2' }, sandbox: { a: '3' }, problems: ['a'] },
  ]),
  [
    'push: a type clash that both sides made is left and reported',
    { base: dir, host: { d: '2' }, sandbox: { ...dir, 'd/x': '2' }, direction: 'push' },
    { host: { d: '2' }, sandbox: { ...dir, 'd/x': '2' }, problems: ['d'] },
  ],
  [
    'push: a removal that met an edit is left and reported',
    { base: one, host: {}, sandbox: { a: '2' }, direction: 'push' },
    { host: {}, sandbox: { a: '2' }, problems: ['a'] },
  ],
];

describe('reconcile', () => {
  test.each(ROWS)('%s', (_rule, three, expected) => {
    const { conflicts, ...outcome } = judge(three);
    const none = { lost: [], problems: [], withheld: [] };
    const full = isZoo(expected) ? { host: expected, sandbox: expected } : expected;
    expect(outcome).toEqual({ ...none, ...full });
    expect(conflicts.length > 0).toBe(outcome.lost.length > 0);
  });

  test('a path as deep as a path can be is no trouble', () => {
    const deep = Array.from(
      { length: 2048 },
      (_, index) => ['a/'.repeat(index) + 'a', index === 2047 ? '1' : 'd'] as const,
    );
    const input = toInput({ host: Object.fromEntries(deep), sandbox: {} });
    expect(reconcile(input).steps).toHaveLength(2048);
  });

  test('what a torn scan missed is left alone, also all below', () => {
    const input = {
      ...toInput({ base: dir, host: dir, sandbox: {} }),
      sandbox: toScan({}, { isTorn: true }),
    };
    expect(reconcile(input)).toMatchObject({ steps: [], problems: [] });
  });
});
