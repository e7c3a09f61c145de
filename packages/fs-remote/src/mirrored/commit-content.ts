import { createHash } from 'node:crypto';

import {
  type BridgePath,
  type CallOptions,
  type FromTo,
  isClamshellError,
  type MutateOptions,
  type RelPath,
  type WriteOptions,
} from '@clamshell/core';

import { failure, type HostPlace } from './host-place.ts';
import type { Halves, OpenPlace } from './mirrored-mount.ts';
import { readOnly } from './mirrored-mount.ts';
import { openFile, readExactly, readHostFile } from './read-host-file.ts';

/** How often a commit is tried again after the halves were brought into step. */
const ATTEMPTS = 4;

interface Content {
  readonly at: BridgePath;
  /** Whether the path's last link is followed. */
  readonly follow: boolean;
  /** From what is there, `undefined` where nothing is, to what shall be, or to `keep`, which ends it. */
  readonly change: (old: Uint8Array | undefined) => Uint8Array | undefined | typeof KEEP;
  /** Of a file that was not there. */
  readonly newMode?: number | undefined;
}

const KEEP = Symbol('keep');

/**
 * One file's new content, or its removal, on both halves. A half that changed meanwhile is merged first, so that what
 * is replaced is in the undo store, and what lost a conflict too; then the commit is tried again. True when it was made.
 */
export async function commitContent(
  halves: Halves,
  content: Content,
  options: WriteOptions & CallOptions,
): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    options.signal?.throwIfAborted();
    const outcome = await attemptCommit(halves, content, options);
    if (outcome !== 'stale') return outcome === 'made';
  }
  throw failure('FILE_CHANGED', content.at.path, 'is changed over and over by something else');
}

/** False, changing nothing, where something is there. */
export async function createContent(
  halves: Halves,
  { at, content }: { readonly at: BridgePath; readonly content: Uint8Array },
  options: WriteOptions & CallOptions,
): Promise<boolean> {
  {
    using place = openToChange(halves, { at, follow: false, isDeep: false }, options);
    if (place.stat !== undefined) return false;
  }
  const change = (old: Uint8Array | undefined) => (old === undefined ? content : KEEP);
  return commitContent(halves, { at, follow: false, change }, options);
}

export async function copyContent(
  halves: Halves,
  { from, to }: FromTo,
  options: WriteOptions & CallOptions,
): Promise<void> {
  using source = await halves.look(from, { follow: true }, options);
  const { bytes, canonical, entry } = await readHostFile(source, { maxBytes: Infinity });
  {
    using goal = openToChange(halves, { at: to, follow: true, isDeep: false }, options);
    if (from.mount === to.mount && goal.path === canonical) return;
  }
  const copied = { at: to, follow: true, change: () => bytes, newMode: entry.mode };
  await commitContent(halves, copied, options);
}

async function attemptCommit(
  halves: Halves,
  { at, follow, change, newMode }: Content,
  options: WriteOptions & CallOptions,
): Promise<'made' | 'kept' | 'stale'> {
  using place = openToChange(halves, { at, follow, isDeep: false }, options);
  const path = requireFilePlace(place, options);
  const old = place.stat === undefined ? undefined : await readAll(place, path);
  const content = change(old);
  if (content === KEEP) return 'kept';
  const expected = old === undefined ? undefined : createHash('sha256').update(old).digest('hex');
  const { signal } = options;
  try {
    const commit = { path, expected, content };
    const outcome = await halves.mirrorOf(at.mount).commitPath(halves.peer, commit, { signal });
    if (outcome.status === 'withheld') throw failure('FILE_READ_ONLY', path, 'is protected');
    if (outcome.status === 'stale') {
      await halves.sync(at.mount, { paths: [path], call: options });
      return 'stale';
    }
  } catch (error) {
    // The host has it and the sandbox not yet: the next sync repairs that, so it may be this one.
    if (!isClamshellError(error) || error.code !== 'STATE_CONFLICT') throw error;
    await halves.sync(at.mount, { paths: [path], call: options });
  }
  if (content !== undefined) keepMode(place, path, newMode);
  return 'made';
}

/** A commit keeps the execute bit; the others are the host's own. */
function keepMode({ tree, stat }: HostPlace, path: RelPath, newMode: number | undefined): void {
  const mode = stat === undefined ? newMode : stat.mode & 0o777;
  const now = tree.lstat(path);
  if (mode !== undefined && now?.kind === 'file' && (now.mode & 0o777) !== mode) tree.setMode(path, mode);
}

export interface Change {
  readonly at: BridgePath;
  readonly follow: boolean;
  readonly isDeep: boolean;
}

/** A place to be changed: writable, open, and where it was pinned. */
export function openToChange(
  halves: Halves,
  { at, follow, isDeep }: Change,
  { canonical }: MutateOptions,
): OpenPlace {
  if (at.mount.readOnly) throw readOnly(at.path);
  const place = halves.find(at, { follow });
  try {
    if (place.path !== undefined || !isDeep) halves.guard(at, place, isDeep);
    if (canonical !== undefined && canonical !== place.path) {
      throw failure('FILE_CHANGED', at.path, 'leads to another place than it did');
    }
    return place;
  } catch (error) {
    place[Symbol.dispose]();
    throw error;
  }
}

/** Where a regular file may be put. */
function requireFilePlace(place: HostPlace, { parents }: WriteOptions): RelPath {
  const { path, stat } = place;
  if (path === undefined || place.isBlocked || (stat !== undefined && stat.kind !== 'file')) {
    throw failure('FILE_KIND', path, 'is, or has on its way, something of another kind than this needs');
  }
  if (!place.hasParent && parents !== true)
    throw failure('FILE_NOT_FOUND', path, 'has no directory to be in');
  if (stat !== undefined && stat.links > 1)
    throw failure('FILE_LINKED', path, 'is a file with several names');
  return path;
}

async function readAll({ tree }: HostPlace, path: RelPath): Promise<Uint8Array> {
  using file = openFile(tree, path);
  return await readExactly(file.fd, { offset: 0, size: file.size, path });
}
