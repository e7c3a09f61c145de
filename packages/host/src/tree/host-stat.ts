import type { BigIntStats } from 'node:fs';

import type { HostStat } from './host-tree.ts';

export function toHostStat(stats: BigIntStats): HostStat {
  return {
    kind: kindOf(stats),
    size: Number(stats.size),
    mtimeNs: stats.mtimeNs,
    ctimeNs: stats.ctimeNs,
    inode: stats.ino,
    device: stats.dev,
    mode: Number(stats.mode) & 0o7777,
    links: Number(stats.nlink),
  };
}

function kindOf(stats: BigIntStats): HostStat['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : 'special';
}
