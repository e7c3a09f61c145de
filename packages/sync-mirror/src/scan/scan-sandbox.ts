import type { RelPath, SandboxId } from '@clamshell/core';

import { SCAN_PROGRAM } from '../programs/scan.ts';
import { callForText } from '../remote/call-program.ts';
import { encodePaths, once } from '../remote/path-list.ts';
import type { Remote } from '../remote/remote.ts';
import type { MirrorMemory } from '../sync/mirror-memory.ts';
import { parseScan, type SandboxScan } from './parse-scan.ts';
import { untilWhole } from './until-whole.ts';

export interface SandboxScanOptions {
  readonly id: SandboxId;
  readonly memory: MirrorMemory;
  /** Files whose digest is wanted as well. */
  readonly doubtful: readonly RelPath[];
}

/** Lists the sandbox’s root in one round trip; again where entries vanished meanwhile. */
export async function scanSandbox(remote: Remote, options: SandboxScanOptions): Promise<SandboxScan> {
  const { found } = await untilWhole(async () => {
    const found = await scanOnce(remote, options);
    return { found, isTorn: found.root === 'directory' && found.scan.isTorn };
  });
  return found;
}

async function scanOnce(remote: Remote, { id, memory, doubtful }: SandboxScanOptions): Promise<SandboxScan> {
  const known = memory.listingOf(id);
  // Where this fails, whatever was remembered may be why.
  memory.listing = undefined;
  const { find = '', tar = '' } = known?.tools ?? {};
  const list = encodePaths(doubtful);
  const found = parseScan(
    await callForText(remote, {
      program: SCAN_PROGRAM,
      args: [known?.digest ?? '', find, tar, doubtful.length > 0 ? 'digests' : ''],
      stdin: () => once(list),
      expectedBytes: list.length,
    }),
    known,
    doubtful,
  );
  if (found.root !== 'directory' || found.digest === undefined) return found;
  const { digest, records, tools, scan } = found;
  memory.listing = { id, digest, records, tools, tree: scan.tree, device: scan.device ?? '' };
  return found;
}
