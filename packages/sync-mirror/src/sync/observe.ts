import type { RelPath, Side } from '@clamshell/core';

import type { Base, BaseTree } from '../base/base.ts';
import { digestHost } from '../digest/digest-host.ts';
import { digestSandbox } from '../digest/digest-sandbox.ts';
import { withDigests } from '../digest/with-digests.ts';
import { type Agreed, narrow } from '../plan/narrow.ts';
import { reconcile } from '../plan/reconcile.ts';
import { judgeLoss } from '../plan/safety.ts';
import type { Reconciliation, ReconcileInput } from '../plan/step.ts';
import type { Tools } from '../scan/tools.ts';
import type { Scan, Tree } from '../tree/entry.ts';
import { type MountSync, remoteOf } from './mount.ts';
import { type Halted, scanBoth, type Scans, withEarlyDigests } from './scan-both.ts';
import { sideBySide } from './side-by-side.ts';

/** Both sides as they are, and what that asks for. Nothing was changed so far. */
export interface Observed {
  /** Of this very sandbox; else nothing was ever agreed on. */
  readonly base: Base | undefined;
  readonly baseTree: BaseTree;
  readonly nonce: string | undefined;
  readonly tools: Tools;
  readonly plan: Reconciliation;
  /** What the plan was made of, and by what that was narrowed. */
  readonly looked: ReconcileInput;
  readonly before: Agreed | undefined;
  /** As they were scanned. */
  readonly now: Readonly<Record<Side, Tree>>;
  /** Of everything, to both sides. */
  readonly isWhole: boolean;
  /** By stat alone. */
  readonly isPlain: boolean;
  /** Nothing changed since a sync that moved nothing. */
  readonly isQuiet: boolean;
}

export async function observe(sync: MountSync): Promise<Observed | Halted> {
  const stored = await sync.memory.readBase(sync.state.base);
  const scans = await scanBoth(sync, stored);
  if ('halt' in scans) return scans;
  const { nonce } = scans;
  const isOurs = stored !== undefined && stored.sandboxId === sync.peer.id && stored.nonce === nonce;
  const base = isOurs ? stored : undefined;
  const { tools } = scans;
  const quiet = recallQuiet(sync, scans, base);
  if (quiet !== undefined) return quiet;
  const input = { ...addDigests(scans), base: base?.tree ?? new Map(), ...pickRules(sync) };
  const before = isWhole(sync, scans) ? sync.memory.agreed : undefined;
  const now = treesOf(scans);
  const narrowed = before && narrow(input, now, before);
  const merged = await reconcileSafely(sync, { whole: input, looked: narrowed ?? input }, base?.devices);
  if ('halt' in merged) return merged;
  const { input: looked, plan } = merged;
  // Digests that had to be computed are in a tree of their own.
  const isPlain = SIDES.every(
    (side) => input[side].tree === now[side] && looked[side].tree === (narrowed ?? input)[side].tree,
  );
  const baseTree = narrowed === undefined ? looked.base : input.base;
  const found = { base, baseTree, nonce, tools, now, looked, plan, before: narrowed && before };
  return { ...found, isWhole: isWhole(sync, scans), isPlain, isQuiet: false };
}

const SIDES = ['host', 'sandbox'] as const;

function treesOf({ host, sandbox }: Scans): Readonly<Record<Side, Tree>> {
  return { host: host.tree, sandbox: sandbox.tree };
}

/** What moved nothing moves nothing when it is looked at again. */
function recallQuiet(sync: MountSync, scans: Scans, base: Base | undefined): Observed | undefined {
  if (base === undefined || !isWhole(sync, scans)) return undefined;
  const { host, sandbox } = scans;
  const plan = sync.memory.recall({ host: host.tree, sandbox: sandbox.tree, base });
  const { nonce, tools } = scans;
  const looked = { ...scans, base: base.tree, ...pickRules(sync) };
  const found = { base, baseTree: base.tree, nonce, tools, now: treesOf(scans), looked, before: undefined };
  return plan && { ...found, plan, isWhole: true, isPlain: true, isQuiet: true };
}

function isWhole({ direction, paths, believe }: MountSync, { host, sandbox }: Scans): boolean {
  const isUsual = direction === 'both' && paths === undefined && believe === undefined;
  return isUsual && !host.isTorn && !sandbox.isTorn;
}

function addDigests({ host, sandbox, digests }: Scans): Readonly<Record<Side, Scan>> {
  return {
    host: withEarlyDigests(host, digests.host),
    sandbox: withEarlyDigests(sandbox, digests.sandbox),
  };
}

function pickRules({ winner, direction, paths, protect }: MountSync): Omit<ReconcileInput, 'base' | Side> {
  return { winner, direction, paths, protect };
}

/** Where one side lost much, a person has to have said which of the two is right. */
async function reconcileSafely(
  sync: MountSync,
  { whole, looked }: { readonly whole: ReconcileInput; readonly looked: ReconcileInput },
  devices: Base['devices'],
): Promise<Merged | Halted> {
  const merged = await reconcileWithDigests(sync, looked);
  for (const side of ['sandbox', 'host'] as const) {
    const halt = judgeLoss({ ...whole, steps: merged.plan.steps, devices }, side);
    if (halt === undefined || sync.believe === side) continue;
    if (sync.believe === undefined) return { halt };
    return reconcileWithDigests(sync, forgetMissing(merged.input, side));
  }
  return merged;
}

/** What `side` misses was never agreed on: so it is brought there again. */
function forgetMissing(input: ReconcileInput, side: Side): ReconcileInput {
  const base = new Map([...input.base].filter(([path]) => input[side].tree.has(path)));
  return { ...input, base };
}

interface Merged {
  readonly input: ReconcileInput;
  readonly plan: Reconciliation;
}

/** Each round leaves fewer files without a digest, so it ends: what can't be read is left alone. */
async function reconcileWithDigests(sync: MountSync, input: ReconcileInput): Promise<Merged> {
  const plan = reconcile(input);
  const { wanted } = plan;
  if (wanted.host.length === 0 && wanted.sandbox.length === 0) return { input, plan };
  const known = await sync.phases.measure('digest', async (tally) => {
    tally(wanted.host.length + wanted.sandbox.length, 0);
    const [ours, theirs] = await sideBySide(sync.signal, {
      host: (signal) => digestHost(sync.host, input.host, { paths: wanted.host, signal }),
      sandbox: (signal) =>
        digestSandbox(remoteOf(sync, signal), wanted.sandbox, sizeOf(input.sandbox, wanted.sandbox)),
    });
    return { ...input, host: withDigests(input.host, ours), sandbox: withDigests(input.sandbox, theirs) };
  });
  return reconcileWithDigests(sync, known);
}

function sizeOf({ tree }: Scan, paths: readonly RelPath[]): number {
  return paths.reduce((sum, path) => {
    const entry = tree.get(path);
    return entry?.kind === 'file' ? sum + entry.stat.size : sum;
  }, 0);
}
