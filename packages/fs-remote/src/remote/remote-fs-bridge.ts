import {
  asRelPath,
  type BridgePath,
  type CallOptions,
  type Checksum,
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
  type WriteOptions,
} from '@clamshell/core';

import type { MountTable } from '../mounts/mount-table.ts';
import { MountedBridge } from '../mounts/mounted-bridge.ts';
import { placeBelow } from '../mounts/place-below.ts';
import { parseEntry, parseMatches, parseRecords } from '../wire/entry.ts';
import { type Fields, replyInvalid } from '../wire/frame-reader.ts';
import type { Operation } from '../wire/operation.ts';
import { askBatch } from './batch.ts';
import { type Caller, SMALL_REPLY_BYTES } from './caller.ts';
import { streamRanges } from './stream-ranges.ts';

/** Cap of what `list` and `walk` may answer. */
const MAX_LISTING_BYTES = 64 * 1024 * 1024;
const MAX_ENTRIES = 200_000;

/** Every method is one request, its checks and its work together. */
export class RemoteFsBridge extends MountedBridge implements FsBridge {
  readonly #caller: Caller;

  constructor(table: MountTable, caller: Caller) {
    super(table);
    this.#caller = caller;
  }

  async containment(options?: CallOptions) {
    return this.#caller.containment(options);
  }

  async canonical(at: BridgePath, options?: CallOptions): Promise<BridgePath> {
    const [path] = await this.#caller.query({ do: 'canonical' }, at, { call: options });
    return { mount: at.mount, path: pathOf(path) };
  }

  async lstat(at: BridgePath, options?: CallOptions): Promise<FileEntry | undefined> {
    return this.#look({ do: 'lstat' }, at, options);
  }

  async stat(at: BridgePath, options?: CallOptions): Promise<FileEntry | undefined> {
    return this.#look({ do: 'stat' }, at, options);
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
    const numbers = [Math.min(options.maxDepth, 512), MAX_ENTRIES];
    const reply = await this.#caller.query({ do: 'walk', numbers }, at, {
      call: options,
      maxReplyBytes: MAX_LISTING_BYTES,
    });
    for (const { path, ...entry } of parseRecords(reply[0])) {
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

  async batch(items: readonly FsBatchItem[], options?: CallOptions): Promise<readonly FsBatchResult[]> {
    return this.#caller.inTurn(items, () => askBatch(this.#caller, items, options));
  }

  async #look(operation: Operation, at: BridgePath, call: CallOptions | undefined) {
    let fields: Fields;
    try {
      fields = await this.#caller.query(operation, at, { call });
    } catch (error) {
      if (error instanceof FsError && error.context['refusal'] === 'missing') {
        return undefined;
      }
      throw error;
    }
    return parseEntry(fields[0]);
  }
}

function pathOf(field: Uint8Array | undefined) {
  const text = Buffer.from(field ?? new Uint8Array()).toString('latin1');
  if (text === '') return undefined;
  const path = asRelPath(text);
  if (path === undefined) throw replyInvalid('a path that is none');
  return path;
}
