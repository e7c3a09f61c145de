import { closeSync, readFileSync, writeSync } from 'node:fs';

import { parseHostPath, parseRelPath, type RelPath } from '@clamshell/core';
import { type ArchiveEntry, type ArchiveItem, type HostTree, openHostTree } from '@clamshell/host';

/** Everything of a tree that an archive carries, by path. */
export type Snapshot = Readonly<Record<string, string>>;

export const DEEP = ['d'.repeat(200), 'e'.repeat(200), 'f'.repeat(50)];
const NAMES = [
  'plain',
  '-rf',
  '--checkpoint=1',
  'a\nb',
  'a b\t"\'\\',
  'täg',
  '\xff\xfe\x80',
  'n'.repeat(255),
  'y'.repeat(101),
];

/** Whole seconds where the other program keeps no more. */
const MTIME_NS = 1_700_000_000_123_456_789n;

export function buildTree(root: string, seconds: 'whole' | 'exact'): void {
  using tree = openHostTree(parseHostPath(root));
  const mtimeNs = seconds === 'whole' ? 1_700_000_000_000_000_000n : MTIME_NS;
  const rel = (text: string) => parseRelPath(text);
  const file = (at: RelPath, body: Buffer) => {
    const fd = tree.createFile(at, 0o644);
    writeSync(fd, body);
    closeSync(fd);
    tree.setMode(at, body.length % 2 === 0 ? 0o644 : 0o755);
    tree.setTimes(at, mtimeNs);
  };
  tree.makeDirectory(rel('empty'), 0o755);
  NAMES.forEach((name, index) => file(rel(name), Buffer.alloc(index * 511, index + 1)));
  file(rel('large'), Buffer.alloc(300_001, 7));
  DEEP.forEach((_, depth) => tree.makeDirectory(rel(DEEP.slice(0, depth + 1).join('/')), 0o755));
  file(rel([...DEEP, 'leaf'].join('/')), Buffer.from('deep'));
  tree.makeSymlink(rel('link'), 'plain');
  tree.makeSymlink(rel('long-link'), 't'.repeat(300));
  tree.makeSymlink(rel('odd-link'), '\xff\n');
  for (const name of ['empty', 'link', 'long-link', 'odd-link']) tree.setTimes(rel(name), mtimeNs);
  DEEP.toReversed().forEach((_, above) =>
    tree.setTimes(rel(DEEP.slice(0, DEEP.length - above).join('/')), mtimeNs),
  );
}

/** With times cut to `unitNs`. */
export function snapshot(root: string, unitNs: bigint): Snapshot {
  using tree = openHostTree(parseHostPath(root));
  const seen: Record<string, string> = {};
  const walk = (directory: RelPath | undefined) => {
    for (const name of tree.list(directory)) {
      const at = parseRelPath(directory === undefined ? name : `${directory}/${name}`);
      const stat = tree.lstat(at);
      if (stat === undefined) continue;
      const { kind, mode, mtimeNs } = stat;
      seen[at] = [
        kind,
        kind === 'symlink' ? '' : mode.toString(8),
        mtimeNs / unitNs,
        contentOf(tree, at, kind),
      ].join(' ');
      if (kind === 'directory') walk(at);
    }
  };
  walk(undefined);
  return seen;
}

function contentOf(tree: HostTree, at: RelPath, kind: string): string {
  if (kind === 'symlink') return tree.readLink(at);
  if (kind !== 'file') return '';
  const fd = tree.openForRead(at);
  try {
    return readFileSync(fd, 'latin1');
  } finally {
    closeSync(fd);
  }
}

export async function* sourcesOf(root: string) {
  using tree = openHostTree(parseHostPath(root));
  const paths = (directory: RelPath | undefined): RelPath[] =>
    tree.list(directory).flatMap((name) => {
      const at = parseRelPath(directory === undefined ? name : `${directory}/${name}`);
      return tree.lstat(at)?.kind === 'directory' ? [at, ...paths(at)] : [at];
    });
  for (const at of paths(undefined)) {
    const stat = tree.lstat(at);
    if (stat === undefined || stat.kind === 'special') continue;
    const { kind, mode, mtimeNs } = stat;
    const size = kind === 'file' ? stat.size : 0;
    const entry: ArchiveEntry = {
      path: at,
      kind,
      mode: mode & 0o777,
      mtimeNs,
      size,
      ...(kind === 'symlink' && { target: tree.readLink(at) }),
    };
    yield { entry, body: [Buffer.from(kind === 'file' ? contentOf(tree, at, kind) : '', 'latin1')] };
  }
}

/** Makes what an archive says below `root`, as a mirror does: nothing followed, nothing replaced. */
export async function extract(items: AsyncIterable<ArchiveItem>, root: string): Promise<string[]> {
  using tree = openHostTree(parseHostPath(root));
  const directories: ArchiveEntry[] = [];
  const refused: string[] = [];
  for await (const item of items) {
    if (!('entry' in item)) {
      refused.push(item.refused);
      continue;
    }
    const { entry, body } = item;
    if (entry.kind === 'directory') {
      tree.makeDirectory(entry.path, 0o700);
      directories.unshift(entry);
      continue;
    }
    if (entry.kind === 'symlink') tree.makeSymlink(entry.path, entry.target ?? '');
    else {
      const fd = tree.createFile(entry.path, 0o600);
      for await (const piece of body) writeSync(fd, piece);
      closeSync(fd);
      tree.setMode(entry.path, entry.mode);
    }
    tree.setTimes(entry.path, entry.mtimeNs);
  }
  for (const { path: at, mode, mtimeNs } of directories) {
    tree.setMode(at, mode);
    tree.setTimes(at, mtimeNs);
  }
  return refused;
}
