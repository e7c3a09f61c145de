import { type HaltReason, isClamshellError, type Side } from '@clamshell/core';

import type { Base, BaseTree } from '../base/base.ts';
import { digestHost } from '../digest/digest-host.ts';
import { digestSandbox } from '../digest/digest-sandbox.ts';
import { withDigests } from '../digest/with-digests.ts';
import { addGitignores, withoutIgnored } from '../exclude/ignores.ts';
import { reconcile } from '../plan/reconcile.ts';
import { judgeLoss } from '../plan/safety.ts';
import type { Reconciliation, ReconcileInput } from '../plan/step.ts';
import type { SandboxScan, Tools } from '../scan/parse-scan.ts';
import { scanHost, type HostScanOptions } from '../scan/scan-host.ts';
import { scanSandbox } from '../scan/scan-sandbox.ts';
import type { Scan } from '../tree/entry.ts';
import { type MountSync, remoteOf } from './mount.ts';
import { sideBySide } from './side-by-side.ts';

/** Both sides as they are, and what that asks for. Nothing was changed so far. */
export interface Observed {
  /** Of this very sandbox; else nothing was ever agreed on. */
  readonly base: Base | undefined;
  readonly baseTree: BaseTree;
  readonly host: Scan;
  readonly sandbox: Scan;
  readonly nonce: string | undefined;
  readonly tools: Tools;
  readonly plan: Reconciliation;
  /** Of everything, by stat alone. */
  readonly isPlain: boolean;
  /** Nothing changed since a sync that moved nothing. */
  readonly isQuiet: boolean;
}

export interface Halted {
  readonly halt: HaltReason;
}

export async function observe(sync: MountSync): Promise<Observed | Halted> {
  const stored = await sync.memory.readBase(sync.state.base);
  const scans = await scanBoth(sync);
  if ('halt' in scans) return scans;
  const { nonce } = scans;
  const isOurs = stored !== undefined && stored.sandboxId === sync.peer.id && stored.nonce === nonce;
  const base = isOurs ? stored : undefined;
  const { tools } = scans;
  const quiet = recallQuiet(sync, scans, base);
  if (quiet !== undefined) return quiet;
  const input = { ...scans, base: base?.tree ?? new Map(), ...pickRules(sync) };
  const merged = await reconcileSafely(sync, input, base?.devices);
  if ('halt' in merged) return merged;
  const { host, sandbox, base: baseTree } = merged.input;
  // Digests that had to be computed are in a tree of their own.
  const isPlain =
    host.tree === scans.host.tree && sandbox.tree === scans.sandbox.tree && isWhole(sync, scans);
  return { base, baseTree, nonce, tools, host, sandbox, plan: merged.plan, isPlain, isQuiet: false };
}

/** What moved nothing moves nothing when it is looked at again. */
function recallQuiet(sync: MountSync, scans: Scans, base: Base | undefined): Observed | undefined {
  if (base === undefined || !isWhole(sync, scans)) return undefined;
  const { host, sandbox } = scans;
  const plan = sync.memory.recall({ host: host.tree, sandbox: sandbox.tree, base });
  return plan && { ...scans, base, baseTree: base.tree, plan, isPlain: true, isQuiet: true };
}

function isWhole({ direction, paths, believe }: MountSync, { host, sandbox }: Scans): boolean {
  const isUsual = direction === 'both' && paths === undefined && believe === undefined;
  return isUsual && !host.isTorn && !sandbox.isTorn;
}

function pickRules({ winner, direction, paths, protect }: MountSync): Omit<ReconcileInput, 'base' | Side> {
  return { winner, direction, paths, protect };
}

/** Where one side lost much, a person has to have said which of the two is right. */
async function reconcileSafely(
  sync: MountSync,
  input: ReconcileInput,
  devices: Base['devices'],
): Promise<Merged | Halted> {
  const merged = await reconcileWithDigests(sync, input);
  for (const side of ['sandbox', 'host'] as const) {
    const halt = judgeLoss({ ...merged.input, steps: merged.plan.steps, devices }, side);
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

type Scans = { readonly host: Scan; readonly sandbox: Scan } & Pick<Observed, 'nonce' | 'tools'>;

async function scanBoth(sync: MountSync): Promise<Scans | Halted> {
  const clockNs = BigInt(Math.floor(sync.clock.now())) * 1_000_000n;
  return sync.phases.measure('scan', async (tally) => {
    const { memory } = sync;
    const [host, found] = await sideBySide(sync.signal, {
      host: (signal) => scanHostRoot(sync, { clockNs, signal, known: memory.host }),
      sandbox: (signal) => scanSandbox(remoteOf(sync, signal), { id: sync.peer.id, memory }),
    });
    if (host === undefined) return { halt: 'host-root-missing' };
    memory.host = host.tree;
    if (found.root !== 'directory') return { halt: `sandbox-root-${found.root}` };
    tally(host.tree.size + found.scan.tree.size, 0);
    return leaveIgnored(sync, { host, ...pickSandbox(found) });
  });
}

function leaveIgnored(sync: MountSync, scans: Scans): Scans {
  const { host, ignores, useGitignore } = sync;
  const all = useGitignore ? addGitignores(host, scans.host.tree, ignores) : ignores;
  return { ...scans, host: withoutIgnored(scans.host, all), sandbox: withoutIgnored(scans.sandbox, all) };
}

/** `undefined` where the root was removed since it was opened. */
async function scanHostRoot({ host }: MountSync, options: HostScanOptions): Promise<Scan | undefined> {
  try {
    return await scanHost(host, options);
  } catch (error) {
    if (isClamshellError(error) && error.code === 'FILE_NOT_FOUND') return undefined;
    throw error;
  }
}

function pickSandbox({
  scan,
  nonce,
  tools,
}: Extract<SandboxScan, { root: 'directory' }>): Omit<Scans, 'host'> {
  return { sandbox: scan, nonce, tools };
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
      sandbox: (signal) => digestSandbox(remoteOf(sync, signal), wanted.sandbox),
    });
    return { ...input, host: withDigests(input.host, ours), sandbox: withDigests(input.sandbox, theirs) };
  });
  return reconcileWithDigests(sync, known);
}
