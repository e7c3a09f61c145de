import { isGitLinkName, parentOf, type RelPath } from '@clamshell/core';

import type { BaseTree } from '../base/base.ts';
import type { Entry, Side, Tree } from '../tree/entry.ts';
import type { Reconciliation, ReconcileInput } from './step.ts';

/** What a sync left behind: what shows itself unchanged since need not be reconciled again. */
export interface Agreed extends Readonly<Record<Side, Tree>> {
  readonly base: BaseTree;
  /** Where not both sides hold what the base says, beyond doubt. */
  readonly loose: ReadonlySet<RelPath>;
  /** Nothing was done or said in a git directory, which is always decided as a whole. */
  readonly isGitQuiet: boolean;
}

const SIDES = ['host', 'sandbox'] as const;

/**
 * As much of `input` as decides what `reconcile` would do with all of it: what changed, what was not agreed, and what either
 * bears on. `now` are its trees as they were scanned. `undefined` where only the whole will do.
 */
export function narrow(
  input: ReconcileInput,
  now: Readonly<Record<Side, Tree>>,
  agreed: Agreed,
): ReconcileInput | undefined {
  if (!agreed.isGitQuiet || agreed.base !== input.base) return undefined;
  const changed = new Set(SIDES.flatMap((side) => [...changesOf(agreed[side], now[side])]));
  const trees = [input.base, now.host, now.sandbox, agreed.host, agreed.sandbox];
  const isGit = gitFinder(trees);
  for (const path of changed) if (isGit(path)) return undefined;
  const seeds = new Set(changed);
  for (const path of agreed.loose) if (!isGit(path)) seeds.add(path);
  const looked = spread(seeds, trees);
  return {
    ...input,
    base: pick(input.base, looked),
    host: { ...input.host, tree: pick(input.host.tree, looked) },
    sandbox: { ...input.sandbox, tree: pick(input.sandbox.tree, looked) },
  };
}

export interface Outcome {
  /** What the plan was made of. */
  readonly looked: Pick<ReconcileInput, 'base' | Side>;
  readonly plan: Reconciliation;
  readonly now: Readonly<Record<Side, Tree>>;
  /** As it is after the plan was carried out. */
  readonly base: BaseTree;
  /** What the input was narrowed by. */
  readonly before: Agreed | undefined;
}

export function noteAgreed({ looked, plan, now, base, before }: Outcome): Agreed {
  const paths = new Set([...looked.base.keys(), ...looked.host.tree.keys(), ...looked.sandbox.tree.keys()]);
  const loose = new Set<RelPath>();
  for (const path of before?.loose ?? []) if (!paths.has(path)) loose.add(path);
  const young: RelPath[] = [];
  for (const path of paths) {
    const isYoung = isDoubtful(base, path);
    if (isYoung) young.push(path);
    if (isYoung || !plan.settled.has(path)) loose.add(path);
  }
  const isGit = gitFinder([base, now.host, now.sandbox]);
  const { steps, problems, conflicts, withheld } = plan;
  const told = [...steps, ...problems, ...conflicts].map(({ path }) => path);
  const isGitQuiet = ![...told, ...withheld.keys(), ...young].some(isGit);
  return { ...now, base, loose, isGitQuiet };
}

function isDoubtful(base: BaseTree, path: RelPath): boolean {
  const entry = base.get(path);
  return entry?.kind === 'file' && (entry.host.isRacy || entry.sandbox.isRacy);
}

function* changesOf(old: Tree, now: Tree): Generator<RelPath> {
  if (old === now) return;
  for (const [path, entry] of now) if (!isSame(old.get(path), entry)) yield path;
  for (const path of old.keys()) if (!now.has(path)) yield path;
}

/** What did not change is the same object, but for directories, of which there is nothing more to know. */
function isSame(old: Entry | undefined, now: Entry): boolean {
  return old === now || (old?.kind === 'directory' && now.kind === 'directory');
}

type AnyTree = ReadonlyMap<RelPath, { readonly kind: string }>;

/** Tells what may lie in a git directory, or make one: by its name, or by a HEAD anywhere beside or above it. */
function gitFinder(trees: readonly AnyTree[]): (path: RelPath) => boolean {
  const tops = new Set<RelPath | undefined>();
  for (const tree of trees)
    for (const path of tree.keys()) if (/(?:^|\/)head$/i.test(path)) tops.add(parentOf(path));
  if (tops.has(undefined)) return () => true;
  return (path) => {
    for (let above: RelPath | undefined = path; above !== undefined; above = parentOf(above))
      if (isGitLinkName(above) || tops.has(above)) return true;
    return false;
  };
}

/** With what lies above each, and all that lies below where something is, or was, no file and no link. */
function spread(seeds: ReadonlySet<RelPath>, trees: readonly AnyTree[]): ReadonlySet<RelPath> {
  const looked = new Set<RelPath>();
  for (const seed of seeds)
    for (let path: RelPath | undefined = seed; path !== undefined; path = parentOf(path)) looked.add(path);
  const wide = new Set([...seeds].filter((path) => trees.some((tree) => mayHold(tree.get(path)?.kind))));
  if (wide.size === 0) return looked;
  for (const tree of trees) {
    for (const path of tree.keys()) {
      let above = parentOf(path);
      while (above !== undefined && !wide.has(above)) above = parentOf(above);
      if (above !== undefined) looked.add(path);
    }
  }
  return looked;
}

function mayHold(kind: string | undefined): boolean {
  return kind === 'directory' || kind === 'special';
}

function pick<Value>(
  tree: ReadonlyMap<RelPath, Value>,
  paths: ReadonlySet<RelPath>,
): ReadonlyMap<RelPath, Value> {
  const picked = new Map<RelPath, Value>();
  for (const path of paths) {
    const value = tree.get(path);
    if (value !== undefined) picked.set(path, value);
  }
  return picked;
}
