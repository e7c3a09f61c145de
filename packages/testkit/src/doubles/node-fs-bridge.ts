import fs from 'node:fs';
import path from 'node:path';

import {
  type BridgePath,
  type CallOptions,
  type DirectoryEntry,
  type FileEntry,
  type FsBridge,
  FsError,
  type FromTo,
  type Mount,
  type MutateOptions,
  type ReadOptions,
  type ReadResult,
  type RelPath,
  type RemoveFileOptions,
  type RemotePath,
  type WriteOptions,
} from '@clamshell/core';

import { fail, findPlace, type NodePlace } from './node-place.ts';

export interface NodeFsBridgeOptions {
  readonly mounts: readonly Mount[];
  readonly closed?: readonly BridgePath[];
}

/**
 * The bridge at its plainest, over the mounts' sandbox halves on this machine: what the others are held against, and a
 * double where there is no sandbox. Not safe against a process that changes the tree meanwhile.
 */
export class NodeFsBridge implements FsBridge {
  readonly mounts: readonly Mount[];
  readonly #closed: readonly BridgePath[];

  constructor({ mounts, closed = [] }: NodeFsBridgeOptions) {
    this.mounts = mounts;
    this.#closed = closed;
  }

  resolve(name: string, cwd: string = this.mounts[0]?.sandbox ?? '/') {
    const full = path.resolve(cwd, name);
    const mount = this.mounts.find(({ sandbox }) => `${full}/`.startsWith(`${sandbox}/`));
    if (mount === undefined) throw new FsError('PATH_ESCAPES', `Not in any mount: ${name}`);
    const below = Buffer.from(full.slice(mount.sandbox.length + 1)).toString('latin1');
    return this.locate({ mount, path: below === '' ? undefined : (below as RelPath) });
  }

  locate({ mount, path: below }: BridgePath) {
    const text = Buffer.from(below ?? '', 'latin1').toString('utf8');
    const sandboxPath = (text === '' ? mount.sandbox : `${mount.sandbox}/${text}`) as RemotePath;
    return { mount, path: below, hostPath: undefined, sandboxPath };
  }

  async containment() {
    return 'checked-walk' as const;
  }

  async canonical(at: BridgePath, options?: CallOptions): Promise<BridgePath> {
    return { mount: at.mount, path: this.#find(at, true, options).canonical };
  }

  async lstat(at: BridgePath, options?: CallOptions): Promise<FileEntry | undefined> {
    const { stats } = this.#find(at, false, options);
    return stats === undefined ? undefined : entryOf(stats);
  }

  async stat(at: BridgePath, options?: CallOptions): Promise<FileEntry | undefined> {
    const { stats } = this.#find(at, true, options);
    return stats === undefined ? undefined : entryOf(stats);
  }

  async list(at: BridgePath, options?: CallOptions): Promise<readonly DirectoryEntry[]> {
    const { real, stats } = requireThere(this.#find(at, true, options));
    if (!stats.isDirectory()) throw fail('FILE_KIND', real);
    return fs.readdirSync(real, 'latin1').map((name) => {
      const place = Buffer.concat([real, Buffer.from(`/${name}`, 'latin1')]);
      return { ...entryOf(fs.lstatSync(place, { bigint: true })), name };
    });
  }

  async read(at: BridgePath, options: ReadOptions): Promise<ReadResult> {
    const { real, canonical, stats } = requireThere(this.#find(at, true, options));
    if (!stats.isFile()) throw fail('FILE_KIND', real);
    const { offset = 0, length = Infinity } = options.range ?? {};
    const bytes = fs.readFileSync(real).subarray(offset, offset + length);
    if (bytes.length > options.maxBytes) throw fail('OUTPUT_LIMIT', real);
    return { bytes, canonical: canonical as RelPath, entry: entryOf(stats) };
  }

  async write(at: BridgePath, content: Uint8Array, options: WriteOptions = {}): Promise<void> {
    const place = this.#findToChange(at, true, options);
    prepare(place, options);
    replace(place, content);
  }

  async createExclusive(at: BridgePath, content: Uint8Array, options: WriteOptions = {}): Promise<boolean> {
    const place = this.#findToChange(at, false, options);
    if (place.stats !== undefined) return false;
    prepare(place, options);
    fs.writeFileSync(place.real, content, { flag: 'wx' });
    return true;
  }

  async append(at: BridgePath, content: Uint8Array, options: WriteOptions = {}): Promise<void> {
    const place = this.#findToChange(at, true, options);
    prepare(place, options);
    requireReplaceable(place);
    fs.appendFileSync(place.real, content);
  }

  async makeDirectory(at: BridgePath, options: MutateOptions = {}): Promise<void> {
    const { real, stats, isBlocked } = this.#findToChange(at, true, options);
    if (isBlocked || stats?.isDirectory() === false) throw fail('FILE_KIND', real);
    fs.mkdirSync(real, { recursive: true });
  }

  async remove(at: BridgePath, options: RemoveFileOptions = {}): Promise<void> {
    const place = this.#findToChange(at, false, options, options.recursive);
    if (place.canonical === undefined) throw fail('FILE_KIND', place.real);
    if (place.stats === undefined && options.force === true) return;
    const { real, stats } = requireThere(place);
    if (stats.isDirectory() && options.recursive !== true && fs.readdirSync(real).length > 0) {
      throw fail('FILE_NOT_EMPTY', real);
    }
    fs.rmSync(real, { recursive: true });
  }

  async rename({ from, to }: FromTo, options: WriteOptions = {}): Promise<void> {
    const source = this.#findToChange(from, false, { signal: options.signal }, true);
    const goal = this.#findToChange(to, false, options, true);
    const { real, stats } = requireThere(source);
    if (source.canonical === undefined || goal.canonical === undefined) throw fail('FILE_KIND', real);
    if (real.equals(goal.real)) return;
    if (goal.real.subarray(0, real.length + 1).equals(Buffer.concat([real, Buffer.from('/')]))) {
      throw fail('FILE_KIND', goal.real);
    }
    prepare(goal, options);
    if (goal.stats !== undefined && (stats.isDirectory() || !goal.stats.isFile())) {
      throw fail('FILE_EXISTS', goal.real);
    }
    fs.renameSync(real, goal.real);
  }

  async copy({ from, to }: FromTo, options: WriteOptions = {}): Promise<void> {
    const source = requireThere(this.#find(from, true, options));
    const goal = this.#findToChange(to, true, options);
    if (!source.stats.isFile()) throw fail('FILE_KIND', source.real);
    if (source.real.equals(goal.real)) return;
    prepare(goal, options);
    replace(goal, fs.readFileSync(source.real), Number(source.stats.mode) & 0o777);
  }

  #find(at: BridgePath, follow: boolean, options: CallOptions | undefined): NodePlace {
    options?.signal?.throwIfAborted();
    return findPlace(at, at.mount.sandbox, follow);
  }

  #findToChange(at: BridgePath, follow: boolean, options: MutateOptions, isDeep = false): NodePlace {
    if (at.mount.readOnly) throw fail('FILE_READ_ONLY', at.mount);
    const place = this.#find(at, follow, options);
    const path = place.canonical ?? '';
    if (path === '' && isDeep) throw fail('FILE_KIND', at.mount);
    for (const { path: closed } of this.#closed.filter(({ mount }) => mount === at.mount)) {
      const isInside = `${path}/`.startsWith(`${closed}/`);
      if (isInside || (isDeep && closed?.startsWith(`${path}/`))) throw fail('FILE_READ_ONLY', place.real);
    }
    const { canonical } = options;
    if (canonical !== undefined && canonical !== place.canonical) throw fail('FILE_CHANGED', place.real);
    return place;
  }
}

function requireThere(place: NodePlace): NodePlace & { readonly stats: fs.BigIntStats } {
  if (place.stats === undefined) throw fail('FILE_NOT_FOUND', place.real);
  return { ...place, stats: place.stats };
}

function prepare({ real, isBlocked, hasParent }: NodePlace, { parents }: WriteOptions): void {
  if (hasParent) return;
  if (isBlocked) throw fail('FILE_KIND', real);
  if (parents !== true) throw fail('FILE_NOT_FOUND', real);
  fs.mkdirSync(real.subarray(0, real.lastIndexOf(0x2f)), { recursive: true });
}

function requireReplaceable({ real, stats }: NodePlace): void {
  if (stats?.isFile() === false) throw fail('FILE_KIND', real);
  if (stats !== undefined && stats.nlink > 1n) throw fail('FILE_LINKED', real);
}

function replace(place: NodePlace, content: Uint8Array, newMode = 0o644): void {
  requireReplaceable(place);
  const mode = place.stats === undefined ? newMode : Number(place.stats.mode) & 0o777;
  const parent = place.real.subarray(0, place.real.lastIndexOf(0x2f));
  const beside = Buffer.concat([parent, Buffer.from(`/.${process.pid}.tmp`)]);
  fs.writeFileSync(beside, content, { flag: 'wx' });
  fs.chmodSync(beside, mode);
  fs.renameSync(beside, place.real);
}

function entryOf(stats: fs.BigIntStats): FileEntry {
  const shared = { size: Number(stats.size), mtimeNs: stats.mtimeNs, links: Number(stats.nlink) };
  return { kind: kindOf(stats), ...shared, mode: Number(stats.mode) & 0o777 };
}

function kindOf(stats: fs.BigIntStats): FileEntry['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : 'special';
}
