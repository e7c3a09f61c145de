import { createHash } from 'node:crypto';
import { closeSync, createReadStream } from 'node:fs';

import {
  CommandError,
  displayPath,
  FsError,
  type HostPath,
  type RelPath,
  type ShellRunner,
  TransportError,
} from '@clamshell/core';
import { type HostTree, openHostTree } from '@clamshell/host';

/** What a directory holds, as far as both sides can say it at little cost: kinds by number, contents by digest. */
export interface Manifest {
  readonly files: number;
  readonly directories: number;
  readonly links: number;
  /** Of all files together. */
  readonly bytes: number;
  /** Over the sorted sha256 of every file. */
  readonly digest: string;
}

/** Throws FILE_KIND for what no transfer carries: a FIFO, a socket, a device. */
export async function describeHost(directory: HostPath, signal: AbortSignal | undefined): Promise<Manifest> {
  using tree = openHostTree(directory);
  const found = { files: 0, directories: 0, links: 0, bytes: 0 };
  const digests: string[] = [];
  const pending: (RelPath | undefined)[] = [undefined];
  for (let next = pending.pop(), isFirst = true; isFirst || next !== undefined; next = pending.pop()) {
    isFirst = false;
    signal?.throwIfAborted();
    for (const name of tree.list(next)) {
      const path = (next === undefined ? name : `${next}/${name}`) as RelPath;
      const stat = tree.lstat(path);
      if (stat === undefined) throw new FsError('FILE_NOT_FOUND', `${displayPath(path)} went meanwhile`);
      if (stat.kind === 'special')
        throw new FsError('FILE_KIND', `${displayPath(path)} is no file, directory or link`);
      if (stat.kind === 'directory') pending.push(path);
      if (stat.kind === 'file') digests.push(await digestOf(tree, path));
      found[KEYS[stat.kind]] += 1;
      if (stat.kind === 'file') found.bytes += stat.size;
    }
  }
  const lines = digests.toSorted().map((digest) => `${digest}\n`);
  return { ...found, digest: createHash('sha256').update(lines.join('')).digest('hex') };
}

const KEYS = { file: 'files', directory: 'directories', symlink: 'links' } as const;

async function digestOf(tree: HostTree, path: RelPath): Promise<string> {
  const descriptor = tree.openForRead(path);
  try {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream('', { fd: descriptor, autoClose: false }))
      hash.update(chunk as Buffer);
    return hash.digest('hex');
  } finally {
    closeSync(descriptor);
  }
}

/** A name with a newline or a backslash makes `sha256sum` begin its line with a backslash. */
const DESCRIBE = `
cd -- "$1" || exit 3
count() {
  find . -type "$1" -print0 | tr -d -c '\\000' | wc -c
}
digest=$(find . -type f -exec sha256sum {} + | sed 's/^\\\\//' | cut -c 1-64 | LC_ALL=C sort | sha256sum)
others=$(find . ! -type f ! -type d ! -type l -print0 | tr -d -c '\\000' | wc -c)
size=$(find . -type f -exec stat -c %s {} + | { sum=0; while read -r one; do sum=$((sum + one)); done; echo $sum; })
printf '%s %s %s %s %s %s\\n' $size $(count f) $(count d) $(count l) $others "\${digest%% *}"`;

/** Throws SANDBOX_UNFIT where the sandbox lacks the programs for it, ARCHIVE_INVALID for what no transfer carries. */
export async function describeSandbox(
  shell: ShellRunner,
  directory: string,
  signal: AbortSignal | undefined,
): Promise<Manifest> {
  const argv = ['sh', '-c', DESCRIBE, 'sh', directory] as const;
  const { stdout, stderr } = await shell.run({ argv, maxOutputBytes: 65_536 }, { signal });
  const said = /^(\d{1,15}) (\d{1,9}) (\d{1,9}) (\d{1,9}) (\d{1,9}) ([0-9a-f]{64})\n$/.exec(
    Buffer.from(stdout).toString('latin1'),
  );
  const [, bytes, files, directories, links, others, digest = ''] = said ?? [];
  if (said === null) {
    const why = Buffer.from(stderr).toString('utf8').trim().slice(0, 300);
    throw new CommandError('SANDBOX_UNFIT', `The sandbox can’t describe ${directory}: ${why}`);
  }
  if (others !== '0')
    throw new TransportError('ARCHIVE_INVALID', `${directory} holds what is no file, directory or link`);
  // It counts the directory itself.
  return {
    bytes: Number(bytes),
    files: Number(files),
    directories: Number(directories) - 1,
    links: Number(links),
    digest,
  };
}

export function isSame(left: Manifest, right: Manifest): boolean {
  return (['files', 'directories', 'links', 'bytes', 'digest'] as const).every(
    (key) => left[key] === right[key],
  );
}
