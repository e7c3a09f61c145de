import { setImmediate as nextTurn } from 'node:timers/promises';

import { asRelPath, isClamshellError, type RelPath, SyncError } from '@clamshell/core';
import type { HostStat, HostTree } from '@clamshell/host';

import { ENTRIES_PER_TURN, MAX_ENTRIES } from '../limits.ts';
import type { Entry, Scan, SpecialEntry, Tree } from '../tree/entry.ts';
import { OWN_DIRECTORY } from '../tree/own-directory.ts';
import { isSameStat } from '../tree/read-stable.ts';
import { type HostListing, listHost } from './list-host.ts';
import { untilWhole } from './until-whole.ts';

export interface HostScanOptions {
  readonly clockNs: bigint;
  readonly signal?: AbortSignal | undefined;
  /** An earlier scan’s: an entry that did not change is the same object. */
  readonly known?: HostListing | undefined;
}

export interface HostScan extends Scan {
  readonly listing: HostListing;
}

/** Lists the host’s root; other work gets its turn meanwhile. Foreign mounts and unreadable directories are left alone. */
export async function scanHost(host: HostTree, options: HostScanOptions): Promise<HostScan> {
  const { clockNs, known, signal } = options;
  const { device } = host.stat();
  const listing = await listHost(host, { device, known, signal });
  if (listing !== undefined)
    return { tree: listing.tree, isTorn: false, clockNs, device: String(device), listing };
  const scan = await untilWhole(() => scanOnce(host, { ...options, known: known?.tree }));
  return { ...scan, listing: { text: undefined, records: new Map(), tree: scan.tree } };
}

interface WalkOptions extends Omit<HostScanOptions, 'known'> {
  readonly known: Tree | undefined;
}

async function scanOnce(host: HostTree, { clockNs, signal, known }: WalkOptions): Promise<Scan> {
  const found: Found = { tree: new Map(), known, device: host.stat().device, isTorn: false };
  const waiting: (RelPath | undefined)[] = [undefined];
  let nextPause = ENTRIES_PER_TURN;
  while (waiting.length > 0) {
    const directory = waiting.pop();
    for (const path of scanDirectory(host, directory, found)) waiting.push(path);
    if (found.tree.size > MAX_ENTRIES)
      throw new SyncError('LIMIT_EXCEEDED', `The host holds more than ${MAX_ENTRIES} entries`);
    if (found.tree.size < nextPause) continue;
    nextPause = found.tree.size + ENTRIES_PER_TURN;
    await nextTurn();
    signal?.throwIfAborted();
  }
  return { tree: found.tree, isTorn: found.isTorn, clockNs, device: String(found.device) };
}

interface Found {
  readonly tree: Map<RelPath, Entry>;
  readonly known: Tree | undefined;
  readonly device: bigint;
  isTorn: boolean;
}

/** Adds what `directory` holds and gives its subdirectories. */
function scanDirectory(host: HostTree, directory: RelPath | undefined, found: Found): RelPath[] {
  const names = listNames(host, directory, found);
  const paths = names.map((name) => asRelPath(directory === undefined ? name : `${directory}/${name}`));
  if (paths.includes(undefined)) {
    if (directory !== undefined) leaveAlone(found, directory, 'it holds a path longer than 4096 bytes');
    return [];
  }
  const directories: RelPath[] = [];
  for (const path of paths as RelPath[]) {
    if (path === OWN_DIRECTORY) continue;
    const entry = readEntry(host, path, found.device);
    if (entry === undefined) found.isTorn = true;
    else found.tree.set(path, asKnown(entry, found.known?.get(path)));
    if (entry?.kind === 'directory') directories.push(path);
  }
  return directories;
}

function asKnown(entry: Entry, known: Entry | undefined): Entry {
  if (known === undefined || entry.kind !== known.kind) return entry;
  if (entry.kind === 'directory') return known;
  if (entry.kind === 'special') return known.kind === 'special' && isUntroubled(entry, known) ? known : entry;
  if (known.kind === 'special' || known.kind === 'directory') return entry;
  if (!isSameStat(entry.stat, known.stat)) return entry;
  const isSame =
    entry.kind === 'file'
      ? known.kind === 'file' && entry.executable === known.executable
      : known.kind === 'symlink' && entry.target === known.target;
  return isSame ? known : entry;
}

function isUntroubled(...entries: readonly SpecialEntry[]): boolean {
  return entries.every(({ problem }) => problem === undefined);
}

/** A directory whose content is not known; none of it was added so far. */
function leaveAlone({ tree }: Found, directory: RelPath, problem: string): void {
  tree.set(directory, { kind: 'special', problem });
}

function listNames(host: HostTree, directory: RelPath | undefined, found: Found): readonly string[] {
  try {
    return host.list(directory);
  } catch (error) {
    if (directory === undefined || !isClamshellError(error)) throw error;
    const isChanged = ['FILE_NOT_FOUND', 'FILE_KIND', 'PATH_ESCAPES'].includes(error.code);
    if (isChanged) found.isTorn = true;
    else leaveAlone(found, directory, error.message);
    return [];
  }
}

/** `undefined` where it vanished or changed its kind since it was listed. */
function readEntry(host: HostTree, path: RelPath, device: bigint): Entry | undefined {
  try {
    const stat = host.lstat(path);
    return stat === undefined ? undefined : toEntry(host, path, { stat, device });
  } catch (error) {
    if (!isClamshellError(error)) throw error;
    const isChanged = ['FILE_NOT_FOUND', 'FILE_KIND', 'PATH_ESCAPES'].includes(error.code);
    return isChanged ? undefined : { kind: 'special', problem: error.message };
  }
}

/** A file of a foreign mount, or of no kind that is mirrored, is special. */
export function toEntry(
  host: HostTree,
  path: RelPath,
  found: { readonly stat: HostStat; readonly device: bigint },
): Entry {
  const { kind, size, mtimeNs, ctimeNs, inode, device, mode } = found.stat;
  // A directory of the mirror's own, further down, belongs to another mirror.
  const isForeign = device !== found.device || path.endsWith(`/${OWN_DIRECTORY}`);
  if (isForeign || kind === 'special') return { kind: 'special' };
  if (kind === 'directory') return { kind };
  const stat = { size, mtimeNs, ctimeNs, inode };
  if (kind === 'symlink') return { kind, stat, target: host.readLink(path) };
  return { kind, stat, executable: (mode & 0o100) !== 0 };
}
