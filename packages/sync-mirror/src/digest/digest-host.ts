import { setImmediate as nextTurn } from 'node:timers/promises';

import { isClamshellError, type RelPath } from '@clamshell/core';
import type { HostTree } from '@clamshell/host';

import { isIndex } from '../git/git-paths.ts';
import { digestIndex } from '../git/index-meaning.ts';
import type { Scan, Stat } from '../tree/entry.ts';
import { StableFile } from '../tree/read-stable.ts';

/** As FileEntry has it, by path; `undefined` for what changed since the scan or could not be read. */
export async function digestHost(
  host: HostTree,
  { tree }: Scan,
  wanted: { readonly paths: readonly RelPath[]; readonly signal?: AbortSignal | undefined },
): Promise<ReadonlyMap<RelPath, string | undefined>> {
  const digests = new Map<RelPath, string | undefined>();
  for (const path of wanted.paths) {
    const entry = tree.get(path);
    digests.set(path, entry?.kind === 'file' ? await digestFile(host, path, entry.stat) : undefined);
    wanted.signal?.throwIfAborted();
  }
  return digests;
}

async function digestFile(host: HostTree, path: RelPath, stat: Stat): Promise<string | undefined> {
  try {
    using file = new StableFile(host, path, stat);
    if (!file.isExpected) return undefined;
    const chunks: Uint8Array[] = [];
    for (const chunk of file.chunks()) {
      if (isIndex(path)) chunks.push(chunk);
      await nextTurn();
    }
    return file.digest !== undefined && isIndex(path) ? digestIndex(Buffer.concat(chunks)) : file.digest;
  } catch (error) {
    if (!isClamshellError(error)) throw error;
    return undefined;
  }
}
