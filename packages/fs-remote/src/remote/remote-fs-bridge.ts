import {
  asRelPath,
  type BridgePath,
  type CallOptions,
  type Checksum,
  type Clock,
  type DirectoryEntry,
  type FileEntry,
  type FsBridge,
  FsError,
  type FsBatchItem,
  type FsBatchResult,
  type FromTo,
  invariant,
  type MutateOptions,
  type ReadOptions,
  type ReadResult,
  type RemoveFileOptions,
  type SearchMatch,
  type SearchOptions,
  type ShellRunner,
  type WriteOptions,
} from '@clamshell/core';

import type { MountTable } from '../mounts/mount-table.ts';
import { MountedBridge } from '../mounts/mounted-bridge.ts';
import { placeBelow } from '../mounts/place-below.ts';
import { pollChanges } from '../watch/poll-changes.ts';
import { watchEvents } from '../watch/watch-events.ts';
import { watchPlace } from '../watch/watch-place.ts';
import { parseMatches, parseRecords } from '../wire/entry.ts';
import { replyInvalid } from '../wire/frame-reader.ts';
import { askBatch } from './batch.ts';
import { type Caller, MAX_ENTRIES, MAX_LISTING_BYTES, SMALL_REPLY_BYTES } from './caller.ts';
import { streamRanges } from './stream-ranges.ts';

const MAX_DEPTH = 512;

interface RemoteParts {
  readonly table: MountTable;
  readonly caller: Caller;
  readonly shell: ShellRunner | undefined;
  readonly clock: Clock;
}

/** Every method is one request, its checks and its work together. */
export class RemoteFsBridge extends MountedBridge implements FsBridge {
  readonly #caller: Caller;
  readonly #shell: ShellRunner | undefined;
  readonly #clock: Clock;

  constructor({ table, caller, shell, clock }: RemoteParts) {
    super(table);
    this.#caller = caller;
    this.#shell = shell;
    this.#clock = clock;
  }

  async containment(options?: CallOptions) {
    return this.#caller.containment(options);
  }

  async canonical(at: BridgePath, options?: CallOptions): Promise<BridgePath> {
    const [path] = await this.#caller.query({ do: 'canonical' }, at, { call: options });
    return { mount: at.mount, path: pathOf(path) };
  }

  async lstat(at: BridgePath, options?: CallOptions): Promise<FileEntry | undefined> {
    return this.#caller.look('lstat', at, options);
  }

  async stat(at: BridgePath, options?: CallOptions): Promise<FileEntry | undefined> {
    return this.#caller.look('stat', at, options);
  }

  async list(at: BridgePath, options?: CallOptions): Promise<readonly DirectoryEntry[]> {
    const [records] = await this.#caller.query({ do: 'list', numbers: [MAX_ENTRIES] }, at, {
      call: options,
      maxReplyBytes: MAX_LISTING_BYTES,
    });
    const entries = parseRecords(records);
    if (entries.some(({ path }) => path.includes('/'))) throw replyInvalid('a name with a slash');
    return entries.map(({ path, ...entry }) => ({ ...entry, name: path }));
  }

  async read(at: BridgePath, options: ReadOptions): Promise<ReadResult> {
    const { result } = await this.#caller.read(at, options);
    return result;
  }

  async write(at: BridgePath, content: Uint8Array, options?: WriteOptions): Promise<void> {
    await this.#caller.mutate({ ...options, do: 'write', at, content }, options);
  }

  async createExclusive(at: BridgePath, content: Uint8Array, options?: WriteOptions): Promise<boolean> {
    try {
      await this.#caller.mutate({ ...options, do: 'createExclusive', at, content }, options);
      return true;
    } catch (error) {
      if (error instanceof FsError && error.code === 'FILE_EXISTS') return false;
      throw error;
    }
  }

  async append(at: BridgePath, content: Uint8Array, options?: WriteOptions): Promise<void> {
    await this.#caller.mutate({ ...options, do: 'append', at, content }, options);
  }

  async makeDirectory(at: BridgePath, options?: MutateOptions): Promise<void> {
    await this.#caller.mutate({ ...options, do: 'makeDirectory', at }, options);
  }

  async remove(at: BridgePath, options?: RemoveFileOptions): Promise<void> {
    await this.#caller.mutate({ ...options, do: 'remove', at }, options);
  }

  async rename(move: FromTo, options?: WriteOptions): Promise<void> {
    await this.#caller.mutate({ ...options, do: 'rename', ...move }, options);
  }

  async copy(copy: FromTo, options?: WriteOptions): Promise<void> {
    await this.#caller.mutate({ ...options, do: 'copy', ...copy }, options);
  }

  async checksum(at: BridgePath, options?: CallOptions): Promise<Checksum> {
    const operation = { do: 'checksum', place: this.#caller.toWire(at) } as const;
    const [reply] = await this.#caller.ask([operation], { maxReplyBytes: SMALL_REPLY_BYTES, call: options });
    return this.#caller.understandChecksum(reply ?? [], at);
  }

  stream(at: BridgePath, options?: CallOptions): AsyncIterable<Uint8Array> {
    return streamRanges(this.#caller, at, options);
  }

  async *walk(at: BridgePath, options: CallOptions & { readonly maxDepth: number }) {
    invariant(Number.isSafeInteger(options.maxDepth) && options.maxDepth >= 1, 'maxDepth is 1 or more');
    for (const { path, ...entry } of await this.#caller.walk(
      at,
      Math.min(options.maxDepth, MAX_DEPTH),
      options,
    )) {
      const found = placeBelow(at, path);
      if (found !== undefined) yield { ...entry, ...found };
    }
  }

  async *search(at: BridgePath, options: SearchOptions): AsyncIterable<SearchMatch> {
    const { pattern, maxMatches } = options;
    invariant(Number.isSafeInteger(maxMatches) && maxMatches >= 1, 'maxMatches is 1 or more');
    const operation = { do: 'search', numbers: [maxMatches], content: Buffer.from(pattern) } as const;
    const reply = await this.#caller.query(operation, at, {
      call: options,
      maxReplyBytes: MAX_LISTING_BYTES,
    });
    for (const { path, ...match } of parseMatches(reply[0]).slice(0, maxMatches)) {
      const found = placeBelow(at, path);
      if (found !== undefined) yield { ...match, ...found };
    }
  }

  /** By events where the sandbox tells them; else, and from when on it does no more, by comparing walks. */
  watch(at: BridgePath, options: CallOptions = {}): AsyncIterable<BridgePath> {
    const { signal } = options;
    const look = () => this.#caller.walk(at, MAX_DEPTH, options);
    const events = this.#shell === undefined ? [] : [watchEvents(this.#shell, at, signal)];
    return watchPlace(at, [...events, pollChanges(look, { clock: this.#clock, signal })], signal);
  }

  async batch(items: readonly FsBatchItem[], options?: CallOptions): Promise<readonly FsBatchResult[]> {
    return this.#caller.inTurn(items, () => askBatch(this.#caller, items, options));
  }
}

function pathOf(field: Uint8Array | undefined) {
  const text = Buffer.from(field ?? new Uint8Array()).toString('latin1');
  if (text === '') return undefined;
  const path = asRelPath(text);
  if (path === undefined) throw replyInvalid('a path that is none');
  return path;
}
