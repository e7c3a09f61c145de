import { realpath } from 'node:fs/promises';
import path from 'node:path';

import type { ResolvedPath } from '@clamshell/core';

/**
 * What two names of one file have in common, so that mutations of it queue up: the host's real path where the file is
 * on the host, else the sandbox's. Costs nothing in the sandbox.
 */
export async function identify({ hostPath, sandboxPath }: ResolvedPath): Promise<string> {
  if (hostPath === undefined) return sandboxPath;
  return (await realPathOf(hostPath)) ?? (await ofMissing(hostPath));
}

async function ofMissing(hostPath: string): Promise<string> {
  const parent = await realPathOf(path.dirname(hostPath));
  return parent === undefined ? hostPath : path.join(parent, path.basename(hostPath));
}

async function realPathOf(name: string): Promise<string | undefined> {
  try {
    return await realpath(name);
  } catch {
    // Missing, or not to be looked at: the name itself is as good a key.
    return undefined;
  }
}
