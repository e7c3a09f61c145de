import type { SandboxId } from '@clamshell/core';

import { SCAN_PROGRAM } from '../programs/scan.ts';
import { callForText } from '../remote/call-program.ts';
import type { Remote } from '../remote/remote.ts';
import type { MirrorMemory } from '../sync/mirror-memory.ts';
import { parseScan, type SandboxScan } from './parse-scan.ts';
import { untilWhole } from './until-whole.ts';

/** Lists the sandbox’s root in one round trip; again where entries vanished meanwhile. */
export async function scanSandbox(
  remote: Remote,
  { id, memory }: { readonly id: SandboxId; readonly memory: MirrorMemory },
): Promise<SandboxScan> {
  const { found } = await untilWhole(async () => {
    const known = memory.listingOf(id);
    const args = [known?.digest ?? ''];
    const found = parseScan(await callForText(remote, { program: SCAN_PROGRAM, args }), known);
    remember(memory, id, found);
    return { found, isTorn: found.root === 'directory' && found.scan.isTorn };
  });
  return found;
}

function remember(memory: MirrorMemory, id: SandboxId, found: SandboxScan): void {
  const isPlain = found.root === 'directory' && found.digest !== undefined;
  memory.listing = isPlain
    ? { id, digest: found.digest, tree: found.scan.tree, device: found.scan.device ?? '' }
    : undefined;
}
