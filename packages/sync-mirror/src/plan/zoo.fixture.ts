import { parseRelPath, type RelPath, type SyncDirection } from '@clamshell/core';

import {
  type Applied,
  type BaseEntry,
  type Entry,
  type MovableEntry,
  nextBase,
  type ReconcileInput,
  type Reconciliation,
  type Scan,
  type Side,
  type Step,
} from '../index.ts';

/**
 * A tree as a test writes it: `d` a directory, `->t` a link to t, `!` something special, `+c` a program with the
 * content c, anything else a file with that content. Two files of one content have one stat and one digest.
 */
export type Zoo = Readonly<Record<string, string>>;

const CLOCK_NS = 1_000_000_000_000_000n;

export function toScan(
  zoo: Zoo,
  options: { readonly isTorn?: boolean; readonly digests?: boolean } = {},
): Scan {
  const { isTorn = false, digests = true } = options;
  const tree = new Map(
    Object.entries(zoo).map(([path, text]) => [parseRelPath(path), toEntry(text, digests)]),
  );
  return { tree, isTorn, clockNs: CLOCK_NS };
}

function toEntry(text: string, hasDigest: boolean): Entry {
  if (text === 'd') return { kind: 'directory' };
  if (text === '!') return { kind: 'special' };
  if (text.startsWith('->')) return { kind: 'symlink', stat: statOf(text), target: text.slice(2) };
  const executable = text.startsWith('+');
  const content = executable ? text.slice(1) : text;
  return { kind: 'file', stat: statOf(content), executable, ...(hasDigest && { digest: content }) };
}

function statOf(content: string) {
  const time = BigInt(Buffer.from(content).reduce((sum, byte) => (sum * 31 + byte) % 1e9, 7)) * 1000n;
  return { size: content.length, mtimeNs: time, ctimeNs: time, inode: time };
}

export function toBase(zoo: Zoo): ReadonlyMap<RelPath, BaseEntry> {
  return new Map([...toScan(zoo).tree].map(([path, entry]) => [path, toBaseEntry(entry)]));
}

function toBaseEntry(entry: Entry): BaseEntry {
  if (entry.kind === 'special') throw new TypeError('a base holds nothing special');
  if (entry.kind === 'directory') return entry;
  if (entry.kind === 'symlink') return { kind: 'symlink', target: entry.target };
  const seen = { ...entry.stat, isRacy: false };
  return {
    kind: 'file',
    digest: entry.digest ?? '',
    executable: entry.executable,
    host: seen,
    sandbox: seen,
  };
}

export function fromTree(tree: ReadonlyMap<RelPath, Entry>): Zoo {
  const found = [...tree].map(([path, entry]) => [path, fromEntry(entry)] as const);
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function fromEntry(entry: Entry): string {
  switch (entry.kind) {
    case 'directory':
      return 'd';
    case 'special':
      return '!';
    case 'symlink':
      return `->${entry.target}`;
    case 'file':
      return `${entry.executable ? '+' : ''}${entry.digest ?? '?'}`;
  }
}

export interface Three {
  readonly base?: Zoo;
  readonly host: Zoo;
  readonly sandbox: Zoo;
  readonly winner?: Side;
  readonly direction?: SyncDirection;
}

export function toInput({
  base = {},
  host,
  sandbox,
  winner = 'host',
  direction = 'both',
}: Three): ReconcileInput {
  return { base: toBase(base), host: toScan(host), sandbox: toScan(sandbox), winner, direction };
}

export interface Simulated {
  readonly host: Map<RelPath, Entry>;
  readonly sandbox: Map<RelPath, Entry>;
  /** What was replaced or removed, on its side. */
  readonly undo: { readonly on: Side; readonly path: RelPath; readonly entry: MovableEntry }[];
}

/** Carries a plan out on maps, as strictly as a file system would: parents first, nothing overwritten, no full directory removed. */
export function simulate(input: ReconcileInput, { steps }: Pick<Reconciliation, 'steps'>): Simulated {
  const sides = { host: new Map(input.host.tree), sandbox: new Map(input.sandbox.tree) };
  const undo: Simulated['undo'] = [];
  for (const step of steps.toReversed()) {
    if (step.kind === 'put' && step.over?.kind !== 'directory') continue;
    take(sides[step.to], step);
    if (step.over !== undefined) undo.push({ on: step.to, path: step.path, entry: step.over });
  }
  for (const step of steps) {
    if (step.kind === 'remove') continue;
    if (step.over !== undefined && step.over.kind !== 'directory') {
      take(sides[step.to], step);
      undo.push({ on: step.to, path: step.path, entry: step.over });
    }
    put(sides[step.to], step);
  }
  return { ...sides, undo };
}

function take(tree: Map<RelPath, Entry>, { path, over }: Step): void {
  const there = tree.get(path);
  if (there === undefined || over === undefined || fromEntry(there) !== fromEntry(over))
    throw new TypeError(`not there: ${path}`);
  const isFull = [...tree.keys()].some((other) => other.startsWith(`${path}/`));
  if (there.kind === 'directory' && isFull) throw new TypeError(`not empty: ${path}`);
  tree.delete(path);
}

function put(tree: Map<RelPath, Entry>, step: Step): void {
  if (step.kind === 'remove') return;
  const { path, entry } = step;
  const parent = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : undefined;
  if (parent !== undefined && tree.get(parent as RelPath)?.kind !== 'directory')
    throw new TypeError(`no parent: ${path}`);
  if (tree.has(path)) throw new TypeError(`taken: ${path}`);
  tree.set(path, entry);
}

/** The input of the next sync, without an edit in between. */
export function again(input: ReconcileInput, plan: Reconciliation): ReconcileInput {
  const { host, sandbox } = simulate(input, plan);
  const applied = new Map(plan.steps.map((step) => [step.path, toApplied(step)]));
  const base = nextBase({ ...input, settled: plan.settled, applied });
  return {
    ...input,
    base,
    host: { ...input.host, tree: host },
    sandbox: { ...input.sandbox, tree: sandbox },
  };
}

function toApplied(step: Reconciliation['steps'][number]): Applied {
  if (step.kind === 'remove') return { kind: 'gone' };
  const { entry } = step;
  if (entry.kind === 'directory') return entry;
  if (entry.kind === 'symlink') return { kind: 'symlink', target: entry.target };
  const { stat, executable, digest = '' } = entry;
  return { kind: 'file', digest, executable, host: stat, sandbox: stat };
}
