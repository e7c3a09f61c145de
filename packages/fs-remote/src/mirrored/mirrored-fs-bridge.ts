import {
  type BridgePath,
  type CallOptions,
  type Checksum,
  type Clock,
  type DirectoryEntry,
  type FileEntry,
  type FromTo,
  type FsBatchItem,
  type FsBatchResult,
  type FsBridge,
  type MutateOptions,
  type ReadOptions,
  type ReadResult,
  type RelPath,
  type RemoveFileOptions,
  type SearchOptions,
  withDeadline,
  type WriteOptions,
} from '@clamshell/core';

import type { MountTable } from '../mounts/mount-table.ts';
import { MountedBridge } from '../mounts/mounted-bridge.ts';
import { placeBelow } from '../mounts/place-below.ts';
import { KeyedTurns } from '../remote/keyed-turns.ts';
import { pollChanges } from '../watch/poll-changes.ts';
import { watchPlace } from '../watch/watch-place.ts';
import { callEach } from './call-each.ts';
import { makeMirroredDirectory, removeMirrored } from './change-tree.ts';
import { commitContent, copyContent, createContent } from './commit-content.ts';
import { failure, requireThere, toFileEntry } from './host-place.ts';
import type { Halves, OpenPlace } from './mirrored-mount.ts';
import { checksumHostFile, readHostFile, streamHostFile, walkHost } from './read-host-file.ts';
import { renameMirrored } from './rename-mirrored.ts';
import { searchHost } from './search-host.ts';

export interface MirroredParts {
  readonly table: MountTable;
  readonly halves: Halves;
  readonly clock: Clock;
}

/** Answers from the host; changes both halves. */
export class MirroredFsBridge extends MountedBridge implements FsBridge {
  readonly #halves: Halves;
  readonly #clock: Clock;
  readonly #turns = new KeyedTurns();

  constructor({ table, halves, clock }: MirroredParts) {
    super(table);
    this.#halves = halves;
    this.#clock = clock;
  }

  async containment() {
    using place = this.#halves.find(
      { mount: this.mounts[0] as BridgePath['mount'], path: undefined },
      FOLLOW,
    );
    return place.tree.containment;
  }

  canonical(at: BridgePath, options?: CallOptions): Promise<BridgePath> {
    return this.#query(at, FOLLOW, options, async ({ path }) => ({ mount: at.mount, path }));
  }

  lstat(at: BridgePath, options?: CallOptions): Promise<FileEntry | undefined> {
    return this.#query(at, ITSELF, options, async ({ stat }) => stat && toFileEntry(stat));
  }

  stat(at: BridgePath, options?: CallOptions): Promise<FileEntry | undefined> {
    return this.#query(at, FOLLOW, options, async ({ stat }) => stat && toFileEntry(stat));
  }

  list(at: BridgePath, options?: CallOptions): Promise<readonly DirectoryEntry[]> {
    return this.#query(at, FOLLOW, options, async (place) => {
      const directory = requireDirectory(place);
      const inside = walkHost(place.tree, directory, { prefix: undefined, maxDepth: 1 });
      return Array.from(inside, ({ path, ...entry }) => ({ ...entry, name: path }));
    });
  }

  read(at: BridgePath, options: ReadOptions): Promise<ReadResult> {
    return this.#query(at, FOLLOW, options, (place) => readHostFile(place, options));
  }

  async *stream(at: BridgePath, options: CallOptions = {}) {
    using place = await this.#halves.look(at, FOLLOW, options);
    yield* streamHostFile(place, options);
  }

  async *walk(at: BridgePath, options: CallOptions & { readonly maxDepth: number }) {
    using place = await this.#halves.look(at, FOLLOW, options);
    const { maxDepth, signal } = options;
    const walked = walkHost(place.tree, requireDirectory(place), { prefix: at.path, maxDepth });
    for (const entry of walked) {
      signal?.throwIfAborted();
      yield { mount: at.mount, ...entry };
    }
  }

  checksum(at: BridgePath, options: CallOptions = {}): Promise<Checksum> {
    return this.#query(at, FOLLOW, options, (place) => checksumHostFile(place, options));
  }

  async *search(at: BridgePath, options: SearchOptions) {
    using place = await this.#halves.look(at, FOLLOW, options);
    for await (const match of searchHost(place.tree, requireDirectory(place), options)) {
      const found = placeBelow(at, match.path);
      if (found !== undefined) yield { ...match, ...found };
    }
  }

  /** The host’s half; what a command does meanwhile is brought there first. */
  watch(at: BridgePath, options: CallOptions = {}): AsyncIterable<BridgePath> {
    const { signal } = options;
    const look = async () => {
      using place = await this.#halves.look(at, FOLLOW, options);
      return [...walkHost(place.tree, requireDirectory(place), { prefix: undefined, maxDepth: Infinity })];
    };
    return watchPlace(at, [pollChanges(look, { clock: this.#clock, signal })], signal);
  }

  batch(items: readonly FsBatchItem[], options?: CallOptions): Promise<readonly FsBatchResult[]> {
    return callEach(this, items, options);
  }

  async write(at: BridgePath, content: Uint8Array, options: WriteOptions = {}): Promise<void> {
    await this.#mutate([at], options, (bound) =>
      commitContent(this.#halves, { at, follow: true, change: () => content }, bound),
    );
  }

  createExclusive(at: BridgePath, content: Uint8Array, options: WriteOptions = {}): Promise<boolean> {
    return this.#mutate([at], options, (bound) => createContent(this.#halves, { at, content }, bound));
  }

  async append(at: BridgePath, content: Uint8Array, options: WriteOptions = {}): Promise<void> {
    const change = (old: Uint8Array = new Uint8Array()) => Buffer.concat([old, content]);
    await this.#mutate([at], options, (bound) =>
      commitContent(this.#halves, { at, follow: true, change }, bound),
    );
  }

  makeDirectory(at: BridgePath, options: MutateOptions = {}): Promise<void> {
    return this.#mutate([at], options, (bound) => makeMirroredDirectory(this.#halves, at, bound));
  }

  remove(at: BridgePath, options: RemoveFileOptions = {}): Promise<void> {
    return this.#mutate([at], options, (bound) => removeMirrored(this.#halves, at, bound));
  }

  rename(move: FromTo, options: WriteOptions = {}): Promise<void> {
    return this.#mutate([move.from, move.to], options, (bound) => renameMirrored(this.#halves, move, bound));
  }

  async copy(copy: FromTo, options: WriteOptions = {}): Promise<void> {
    await this.#mutate([copy.from, copy.to], options, (bound) => copyContent(this.#halves, copy, bound));
  }

  #query<Value>(
    at: BridgePath,
    find: { readonly follow: boolean },
    ...[options = {}, answer]: [CallOptions | undefined, (place: OpenPlace) => Promise<Value>]
  ): Promise<Value> {
    return withDeadline(this.#clock, options, async (bound) => {
      using place = await this.#halves.look(at, find, bound);
      return await answer(place);
    });
  }

  #mutate<Options extends CallOptions, Value>(
    places: readonly BridgePath[],
    options: Options,
    work: (bound: Options) => Promise<Value>,
  ): Promise<Value> {
    const keys = places.map(({ mount, path }) => `${mount.sandbox}/${path ?? ''}`);
    return withDeadline(this.#clock, options, (bound) => {
      return this.#turns.run(keys, () => {
        bound.signal?.throwIfAborted();
        return work(bound);
      });
    });
  }
}

const FOLLOW = { follow: true };
const ITSELF = { follow: false };

function requireDirectory(place: OpenPlace): RelPath | undefined {
  if (requireThere(place).kind !== 'directory') throw failure('FILE_KIND', place.path, 'is no directory');
  return place.path;
}
