import { createHash } from 'node:crypto';
import { closeSync, fstatSync, read } from 'node:fs';
import { promisify } from 'node:util';

import {
  type CallOptions,
  type Checksum,
  type FileEntry,
  type ReadOptions,
  type ReadResult,
  type RelPath,
} from '@clamshell/core';
import type { HostTree } from '@clamshell/host';

import { failure, type HostPlace, requireThere, toFileEntry } from './host-place.ts';

const readAsync = promisify(read);

/** A regular file's bytes, or a part of them, by one descriptor. */
export async function readHostFile(place: HostPlace, options: ReadOptions): Promise<ReadResult> {
  const { path } = place;
  const stat = requireThere(place);
  if (stat.kind !== 'file' || path === undefined) throw failure('FILE_KIND', path, 'is not a regular file');
  using file = openFile(place.tree, path);
  const { offset = 0, length = Infinity } = options.range ?? {};
  const size = Math.max(0, Math.min(file.size - offset, length));
  if (size > options.maxBytes) throw failure('OUTPUT_LIMIT', path, `has ${size} bytes to read`);
  const bytes = await readExactly(file.fd, { offset, size, path });
  return { bytes, canonical: path, entry: { ...toFileEntry(stat), size: file.size } };
}

export interface OpenFile extends Disposable {
  readonly fd: number;
  readonly size: number;
  readonly identity: string;
}

export function openFile(tree: HostTree, path: RelPath): OpenFile {
  const fd = tree.openForRead(path);
  const { size, dev, ino } = fstatSync(fd);
  return { fd, size, identity: `${dev}:${ino}`, [Symbol.dispose]: () => closeSync(fd) };
}

interface Part {
  readonly offset: number;
  readonly size: number;
  readonly path: RelPath;
}

export async function readExactly(fd: number, { offset, size, path }: Part): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(size);
  for (let filled = 0; filled < size;) {
    const { bytesRead } = await readAsync(fd, bytes, filled, size - filled, offset + filled);
    if (bytesRead === 0) throw failure('FILE_CHANGED', path, 'shrank while it was read');
    filled += bytesRead;
  }
  return bytes;
}

const CHUNK_BYTES = 1024 * 1024;

/** The file that was there at first, to the length it had then. */
export async function* streamHostFile(place: HostPlace, { signal }: CallOptions): AsyncIterable<Uint8Array> {
  const { path } = place;
  if (requireThere(place).kind !== 'file' || path === undefined) {
    throw failure('FILE_KIND', path, 'is not a regular file');
  }
  using file = openFile(place.tree, path);
  for (let offset = 0; offset < file.size; offset += CHUNK_BYTES) {
    signal?.throwIfAborted();
    using now = openFile(place.tree, path);
    if (now.identity !== file.identity) throw failure('FILE_CHANGED', path, 'was replaced while it was read');
    yield await readExactly(file.fd, { offset, size: Math.min(CHUNK_BYTES, file.size - offset), path });
  }
}

export async function checksumHostFile(place: HostPlace, options: CallOptions): Promise<Checksum> {
  const digest = createHash('sha256');
  for await (const chunk of streamHostFile(place, options)) digest.update(chunk);
  return { sha256: digest.digest('hex'), entry: toFileEntry(requireThere(place)) };
}

interface WalkOptions {
  /** What the paths begin with. */
  readonly prefix: RelPath | undefined;
  readonly maxDepth: number;
}

/** Everything below `directory`, parents first, to a depth; links are not entered. */
export function* walkHost(
  tree: HostTree,
  directory: RelPath | undefined,
  { prefix, maxDepth }: WalkOptions,
): Generator<FileEntry & { readonly path: RelPath }> {
  for (const name of tree.list(directory)) {
    const inTree = join(directory, name);
    const stat = tree.lstat(inTree);
    if (stat === undefined) continue;
    const path = join(prefix, name);
    yield { ...toFileEntry(stat), path };
    if (stat.kind === 'directory' && maxDepth > 1) {
      yield* walkHost(tree, inTree, { prefix: path, maxDepth: maxDepth - 1 });
    }
  }
}

export function join(directory: RelPath | undefined, name: string): RelPath {
  return (directory === undefined ? name : `${directory}/${name}`) as RelPath;
}
