import { baseNameOf, parentOf } from '@clamshell/core';

import { MAX_BATCH_BYTES } from '../limits.ts';
import type { Step } from '../plan/step.ts';
import { ASIDE_NAMES } from '../programs/push.ts';
import { encodePaths, encodeWords } from '../remote/path-list.ts';
import type { Stat } from '../tree/entry.ts';

/** The lists that travel with a push, each of words ended by NUL, as the push program reads them. */
export interface PushPlan {
  /** Calls of SET_ASIDE. */
  readonly aside: Buffer;
  /** Directories to remove if empty, deepest first. */
  readonly rmdir: Buffer;
  /** Every path a step names. */
  readonly touched: Buffer;
}

export function planPush(steps: readonly Step[]): PushPlan {
  const going = steps.filter(({ over }) => over !== undefined).toReversed();
  const directories = going.filter(({ over }) => over?.kind === 'directory').map(({ path }) => path);
  const groups = groupByDirectory(going);
  return {
    aside: encodeWords(groups.flatMap(toWords)),
    rmdir: encodePaths(directories),
    touched: encodePaths(steps.map(({ path }) => path)),
  };
}

interface Group {
  readonly directory: string;
  readonly names: string[];
  readonly stats: string[];
  bytes: number;
}

/** One call moves names of one directory, as many as the call's fixed number of words and its length allow. */
function groupByDirectory(steps: readonly Step[]): readonly Group[] {
  const open = new Map<string, Group>();
  const groups: Group[] = [];
  for (const { path, over } of steps) {
    if (over === undefined || over.kind === 'directory') continue;
    const directory = parentOf(path) ?? '';
    const [name, stat] = [`./${baseNameOf(path)}`, formatStat(over.stat)];
    let group = open.get(directory);
    const bytes = name.length + stat.length + 2;
    if (group === undefined || group.names.length === ASIDE_NAMES || group.bytes + bytes > MAX_BATCH_BYTES) {
      group = { directory, names: [], stats: [], bytes: directory.length };
      groups.push(group);
      open.set(directory, group);
    }
    group.names.push(name);
    group.stats.push(stat);
    group.bytes += bytes;
  }
  return groups;
}

function toWords({ directory, names, stats }: Group): readonly string[] {
  const padding = Array.from({ length: ASIDE_NAMES - names.length }, () => '');
  return [directory, stats.join('\n'), String(names.length), ...names, ...padding, '.'];
}

/** A line of `stat -c '%s %i %y %z'` in UTC. */
function formatStat({ size, inode, mtimeNs, ctimeNs }: Stat): string {
  return `${size} ${inode} ${formatTime(mtimeNs)} ${formatTime(ctimeNs)}`;
}

const NS_PER_SECOND = 1_000_000_000n;

/** `2026-11-23 23:15:10.277686160 +0000`. A year that has not four digits is written otherwise, and so never matches. */
function formatTime(ns: bigint): string {
  const fraction = ((ns % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND;
  const date = new Date(Number((ns - fraction) / NS_PER_SECOND) * 1000);
  const seconds = Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 19).replace('T', ' ');
  return `${seconds}.${String(fraction).padStart(9, '0')} +0000`;
}
