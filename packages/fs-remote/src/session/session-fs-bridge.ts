import {
  type BridgePath,
  type CallOptions,
  type Clock,
  type FromTo,
  type FsBatchItem,
  type FsBridge,
  invariant,
  type MutateOptions,
  type ReadOptions,
  type RemoveFileOptions,
  type SearchOptions,
  withDeadline,
  type WriteOptions,
} from '@clamshell/core';

import type { MountTable } from '../mounts/mount-table.ts';
import { MountedBridge } from '../mounts/mounted-bridge.ts';
import { isQuery } from '../remote/encode-item.ts';

type Enter = <Value>(
  kind: 'read' | 'mutate',
  work: (files: FsBridge) => Promise<Value>,
  call: CallOptions & { readonly isIdempotent: boolean },
) => Promise<Value>;

interface SessionBridgeParts {
  readonly table: MountTable;
  readonly enter: Enter;
  readonly clock: Clock;
}

/** Names by the mounts alone; all else by the bridge that the door leads to. */
export class SessionFsBridge extends MountedBridge implements FsBridge {
  readonly #enter: Enter;
  readonly #clock: Clock;

  constructor({ table, enter, clock }: SessionBridgeParts) {
    super(table);
    this.#enter = enter;
    this.#clock = clock;
  }

  containment(options?: CallOptions) {
    return this.#ask(options, (files, bound) => files.containment(bound));
  }

  canonical(at: BridgePath, options?: CallOptions) {
    return this.#ask(options, (files, bound) => files.canonical(at, bound));
  }

  lstat(at: BridgePath, options?: CallOptions) {
    return this.#ask(options, (files, bound) => files.lstat(at, bound));
  }

  stat(at: BridgePath, options?: CallOptions) {
    return this.#ask(options, (files, bound) => files.stat(at, bound));
  }

  list(at: BridgePath, options?: CallOptions) {
    return this.#ask(options, (files, bound) => files.list(at, bound));
  }

  read(at: BridgePath, options: ReadOptions) {
    return this.#ask(options, (files, bound) => files.read(at, bound));
  }

  checksum(at: BridgePath, options?: CallOptions) {
    return this.#ask(options, (files, bound) => able(files.checksum?.(at, bound)));
  }

  write(at: BridgePath, content: Uint8Array, options?: WriteOptions) {
    return this.#change(options, (files, bound) => files.write(at, content, bound));
  }

  createExclusive(at: BridgePath, content: Uint8Array, options?: WriteOptions) {
    return this.#change(options, (files, bound) => files.createExclusive(at, content, bound));
  }

  append(at: BridgePath, content: Uint8Array, options?: WriteOptions) {
    return this.#change(options, (files, bound) => files.append(at, content, bound));
  }

  makeDirectory(at: BridgePath, options?: MutateOptions) {
    return this.#change(options, (files, bound) => files.makeDirectory(at, bound));
  }

  remove(at: BridgePath, options?: RemoveFileOptions) {
    return this.#change(options, (files, bound) => files.remove(at, bound));
  }

  rename(move: FromTo, options?: WriteOptions) {
    return this.#change(options, (files, bound) => files.rename(move, bound));
  }

  copy(copy: FromTo, options?: WriteOptions) {
    return this.#change(options, (files, bound) => files.copy(copy, bound));
  }

  batch(items: readonly FsBatchItem[], options?: CallOptions) {
    const work = (files: FsBridge, bound: CallOptions) => able(files.batch?.(items, bound));
    return items.every(isQuery) ? this.#ask(options, work) : this.#change(options, work);
  }

  stream(at: BridgePath, options?: CallOptions) {
    return this.#hold(options, (files) => able(files.stream?.(at, options)));
  }

  walk(at: BridgePath, options: CallOptions & { readonly maxDepth: number }) {
    return this.#hold(options, (files) => able(files.walk?.(at, options)));
  }

  watch(at: BridgePath, options?: CallOptions) {
    return this.#hold(options, (files) => able(files.watch?.(at, options)));
  }

  search(at: BridgePath, options: SearchOptions) {
    return this.#hold(options, (files) => able(files.search?.(at, options)));
  }

  #ask<Options extends CallOptions, Value>(options: Options | undefined, work: Work<Options, Value>) {
    return withDeadline(this.#clock, options ?? ({} as Options), (bound) =>
      this.#enter('read', (files) => work(files, bound), { signal: bound.signal, isIdempotent: true }),
    );
  }

  #change<Options extends CallOptions, Value>(options: Options | undefined, work: Work<Options, Value>) {
    return withDeadline(this.#clock, options ?? ({} as Options), (bound) =>
      this.#enter('mutate', (files) => work(files, bound), { signal: bound.signal, isIdempotent: false }),
    );
  }

  /** The door stays open until the values have ended or are wanted no more. */
  async *#hold<Value>(options: CallOptions = {}, make: (files: FsBridge) => AsyncIterable<Value>) {
    const opened = Promise.withResolvers<FsBridge>();
    const left = Promise.withResolvers<void>();
    const work = (files: FsBridge) => (opened.resolve(files), left.promise);
    const used = this.#enter('read', work, { signal: options.signal, isIdempotent: false });
    used.catch(opened.reject);
    try {
      yield* make(await opened.promise);
    } finally {
      left.resolve();
      await used;
    }
  }
}

type Work<Options, Value> = (files: FsBridge, bound: Options) => Promise<Value>;

/** Both bridges can all that a bridge may leave out. */
function able<Value>(value: Value | undefined): Value {
  invariant(value !== undefined, 'a bridge of this package has every capability');
  return value;
}
