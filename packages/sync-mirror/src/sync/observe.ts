import { type HaltReason, isClamshellError } from '@clamshell/core';

import { type Base, type BaseTree } from '../base/base.ts';
import { readBase } from '../base/base-file.ts';
import { digestHost } from '../digest/digest-host.ts';
import { digestSandbox } from '../digest/digest-sandbox.ts';
import { withDigests } from '../digest/with-digests.ts';
import { reconcile } from '../plan/reconcile.ts';
import { judgeSafety } from '../plan/safety.ts';
import type { Reconciliation, ReconcileInput } from '../plan/step.ts';
import type { SandboxScan, Tools } from '../scan/parse-scan.ts';
import { scanHost } from '../scan/scan-host.ts';
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
}

export interface Halted {
  readonly halt: HaltReason;
}

export async function observe(sync: MountSync): Promise<Observed | Halted> {
  const stored = await readBase(sync.state.base);
  const scans = await scanBoth(sync);
  if ('halt' in scans) return scans;
  const { nonce } = scans;
  const isOurs = stored !== undefined && stored.sandboxId === sync.peer.id && stored.nonce === nonce;
  const base = isOurs ? stored : undefined;
  const baseTree: BaseTree = base?.tree ?? new Map();
  const { host, sandbox, tools } = scans;
  const input = { base: baseTree, host, sandbox, winner: sync.winner, direction: sync.direction };
  const merged = await reconcileWithDigests(sync, input);
  const halt = judgeSafety({ ...merged.input, steps: merged.plan.steps });
  if (halt !== undefined) return { halt };
  return {
    base,
    baseTree,
    nonce,
    tools,
    host: merged.input.host,
    sandbox: merged.input.sandbox,
    plan: merged.plan,
  };
}

type Scans = { readonly host: Scan; readonly sandbox: Scan } & Pick<Observed, 'nonce' | 'tools'>;

async function scanBoth(sync: MountSync): Promise<Scans | Halted> {
  const clockNs = BigInt(Math.floor(sync.clock.now())) * 1_000_000n;
  return sync.phases.measure('scan', async (tally) => {
    const [host, found] = await sideBySide(sync.signal, {
      host: (signal) => scanHostRoot(sync, { clockNs, signal }),
      sandbox: (signal) => scanSandbox(remoteOf(sync, signal)),
    });
    if (host === undefined) return { halt: 'host-root-missing' };
    if (found.root !== 'directory') return { halt: `sandbox-root-${found.root}` };
    tally(host.tree.size + found.scan.tree.size, 0);
    return { host, ...pickSandbox(found) };
  });
}

/** `undefined` where the root was removed since it was opened. */
async function scanHostRoot(
  { host }: MountSync,
  options: { readonly clockNs: bigint; readonly signal: AbortSignal },
): Promise<Scan | undefined> {
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
async function reconcileWithDigests(
  sync: MountSync,
  input: ReconcileInput,
): Promise<{ readonly input: ReconcileInput; readonly plan: Reconciliation }> {
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
