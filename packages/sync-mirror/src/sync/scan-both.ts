import { type HaltReason, isClamshellError, type RelPath, type Side } from '@clamshell/core';

import type { Base } from '../base/base.ts';
import { digestHost } from '../digest/digest-host.ts';
import { withDigests } from '../digest/with-digests.ts';
import { addGitignores, withoutIgnored } from '../exclude/ignores.ts';
import { isIndex } from '../git/git-paths.ts';
import type { SandboxScan } from '../scan/parse-scan.ts';
import type { Tools } from '../scan/tools.ts';
import { type HostScan, type HostScanOptions, scanHost } from '../scan/scan-host.ts';
import { scanSandbox } from '../scan/scan-sandbox.ts';
import type { Scan } from '../tree/entry.ts';
import { type MountSync, remoteOf } from './mount.ts';
import { sideBySide } from './side-by-side.ts';

export interface Halted {
  readonly halt: HaltReason;
}

type Digests = ReadonlyMap<RelPath, string | undefined>;

/** Both sides as they show themselves, without what is ignored. */
export interface Scans extends Readonly<Record<Side, Scan>> {
  readonly nonce: string | undefined;
  readonly tools: Tools;
  /** Of what was so young when both agreed that its stat decides nothing: asked for along with the scan. */
  readonly digests: Readonly<Record<Side, Digests>>;
}

export async function scanBoth(sync: MountSync, base: Base | undefined): Promise<Scans | Halted> {
  const clockNs = BigInt(Math.floor(sync.clock.now())) * 1_000_000n;
  const doubtful = base?.sandboxId === sync.peer.id ? listDoubtful(base) : { host: [], sandbox: [] };
  return sync.phases.measure('scan', async (tally) => {
    const { memory, peer } = sync;
    const [ours, found] = await sideBySide(sync.signal, {
      host: (signal) => scanHostRoot(sync, { clockNs, signal, known: memory.host }, doubtful.host),
      sandbox: (signal) =>
        scanSandbox(remoteOf(sync, signal), { id: peer.id, memory, doubtful: doubtful.sandbox }),
    });
    if (ours === undefined) return { halt: 'host-root-missing' };
    const { listing, ...host } = ours.scan;
    memory.host = listing;
    if (found.root !== 'directory') return { halt: `sandbox-root-${found.root}` };
    tally(host.tree.size + found.scan.tree.size, 0);
    return leaveIgnored(sync, { host, ours: ours.digests, found });
  });
}

/** A git index is told by what it says, which its bytes alone do not show. */
function listDoubtful({ tree }: Base): Readonly<Record<Side, readonly RelPath[]>> {
  const doubtful = { host: [] as RelPath[], sandbox: [] as RelPath[] };
  for (const [path, entry] of tree) {
    if (entry.kind !== 'file' || isIndex(path)) continue;
    for (const side of ['host', 'sandbox'] as const) if (entry[side].isRacy) doubtful[side].push(path);
  }
  return doubtful;
}

interface HostFound {
  readonly scan: HostScan;
  readonly digests: Digests;
}

/** `undefined` where the root was removed since it was opened. */
async function scanHostRoot(
  { host }: MountSync,
  options: HostScanOptions,
  doubtful: readonly RelPath[],
): Promise<HostFound | undefined> {
  try {
    const scan = await scanHost(host, options);
    return { scan, digests: await digestHost(host, scan, { paths: doubtful, signal: options.signal }) };
  } catch (error) {
    if (isClamshellError(error) && error.code === 'FILE_NOT_FOUND') return undefined;
    throw error;
  }
}

interface Found {
  readonly host: Scan;
  readonly ours: Digests;
  readonly found: Extract<SandboxScan, { root: 'directory' }>;
}

function leaveIgnored(sync: MountSync, { host, ours, found }: Found): Scans {
  const { ignores, useGitignore } = sync;
  const { scan, nonce, tools, digests } = found;
  const all = useGitignore ? addGitignores(sync.host, host.tree, ignores) : ignores;
  return {
    nonce,
    tools,
    host: withoutIgnored(host, all),
    sandbox: withoutIgnored(scan, all),
    digests: { host: ours, sandbox: digests },
  };
}

/** The scan with the digests that came along; what has none is asked for again where it matters. */
export function withEarlyDigests(scan: Scan, digests: Digests): Scan {
  const known = [...digests].filter(
    ([path, digest]) => digest !== undefined && scan.tree.get(path)?.kind === 'file',
  );
  return withDigests(scan, new Map(known));
}
