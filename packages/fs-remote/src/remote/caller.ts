import {
  asRelPath,
  type BridgePath,
  type CallOptions,
  type Checksum,
  type Clock,
  type FsBatchItem,
  type FsBatchMutation,
  type FsContainment,
  FsError,
  invariant,
  type ReadOptions,
  type ReadResult,
  type RelPath,
  withDeadline,
} from '@clamshell/core';

import type { MountTable } from '../mounts/mount-table.ts';
import { parseEntry, parseRecords } from '../wire/entry.ts';
import { type Fields, replyInvalid } from '../wire/frame-reader.ts';
import type { Operation, WirePlace } from '../wire/operation.ts';
import { understand } from '../wire/refusal.ts';
import { changedBy, encodeItem, isQuery, placesOf, rangeOf } from './encode-item.ts';
import { KeyedTurns } from './keyed-turns.ts';
import type { AskOptions, Road } from './road.ts';

/** Room for an entry and a canonical path. */
export const SMALL_REPLY_BYTES = 8192;
/** Caps of what `list`, `walk` and `search` may answer. */
export const MAX_LISTING_BYTES = 64 * 1024 * 1024;
export const MAX_ENTRIES = 200_000;

interface CallerOptions {
  readonly table: MountTable;
  readonly clock: Clock;
  readonly road: (call: CallOptions | undefined) => Promise<Road>;
}

interface QueryOptions {
  readonly call: CallOptions | undefined;
  readonly maxReplyBytes?: number;
}

/** A range that was read, with what tells whether the next one is of the same file. */
export interface RangeRead {
  readonly result: ReadResult;
  readonly identity: string;
}

/** Operations at places: makes them wire-ready, keeps mutations in turn, and understands the replies. */
export class Caller {
  readonly #table: MountTable;
  readonly #clock: Clock;
  readonly #road: CallerOptions['road'];
  readonly #turns = new KeyedTurns();

  constructor({ table, clock, road }: CallerOptions) {
    this.#table = table;
    this.#clock = clock;
    this.#road = road;
  }

  async containment(call: CallOptions = {}): Promise<FsContainment> {
    return withDeadline(this.#clock, call, async (bound) => (await this.#road(bound)).containment);
  }

  async query(operation: Operation, at: BridgePath, options: QueryOptions): Promise<Fields> {
    const { maxReplyBytes = SMALL_REPLY_BYTES, call } = options;
    const ask = { ...operation, place: this.toWire(at) };
    const [reply] = await this.ask([ask], { maxReplyBytes, call });
    return this.understand(reply ?? [], at);
  }

  async look(name: 'lstat' | 'stat', at: BridgePath, call: CallOptions | undefined) {
    try {
      return parseEntry((await this.query({ do: name }, at, { call }))[0]);
    } catch (error) {
      if (error instanceof FsError && error.context['refusal'] === 'missing') return undefined;
      throw error;
    }
  }

  async walk(at: BridgePath, maxDepth: number, call: CallOptions) {
    const walk = { do: 'walk', numbers: [maxDepth, MAX_ENTRIES] } as const;
    const [records] = await this.query(walk, at, { call, maxReplyBytes: MAX_LISTING_BYTES });
    return parseRecords(records);
  }

  async read(at: BridgePath, options: ReadOptions): Promise<RangeRead> {
    const operation = { do: 'read', numbers: rangeOf(options), place: this.toWire(at) } as const;
    const [reply] = await this.ask([operation], {
      maxReplyBytes: options.maxBytes + SMALL_REPLY_BYTES,
      call: options,
    });
    return this.understandRead(reply ?? [], at, options.maxBytes);
  }

  /** One mutation, in its turn. */
  async mutate(item: FsBatchMutation, call: CallOptions = {}): Promise<void> {
    this.requireWritable(item);
    const ask = { maxReplyBytes: SMALL_REPLY_BYTES, call };
    await this.inTurn([item], async () => {
      const [reply] = await this.ask([encodeItem(item, this.toWire)], ask);
      this.understandDone(reply ?? [], item);
    });
  }

  /** After every earlier mutation of the same paths. */
  inTurn<Value>(items: readonly FsBatchItem[], work: () => Promise<Value>): Promise<Value> {
    return this.#turns.run(
      items
        .filter((item) => !isQuery(item))
        .flatMap(placesOf)
        .map(keyOf),
      work,
    );
  }

  requireWritable(item: FsBatchItem): void {
    if (!isQuery(item)) for (const at of changedBy(item)) this.#table.requireWritable(at);
  }

  async ask(operations: readonly Operation[], options: AskOptions): Promise<readonly Fields[]> {
    return withDeadline(this.#clock, options.call ?? {}, async (call) => {
      return (await this.#road(call)).ask(operations, { ...options, call });
    });
  }

  readonly toWire = ({ mount, path }: BridgePath, pin?: RelPath): WirePlace => {
    invariant(this.#table.mounts.includes(mount), 'a place lies in a mount of its bridge');
    return { root: mount.sandbox, closed: this.#table.closedIn(mount), path, pin };
  };

  /** The reply's own fields; throws what the sandbox refused. */
  understand(reply: Fields, at: BridgePath): Fields {
    return understand(reply, this.#describe(at));
  }

  understandRead(reply: Fields, at: BridgePath, maxBytes: number): RangeRead {
    const [entry, canonicalField, identity, bytes, whole] = this.understand(reply, at);
    const canonical = asRelPath(text(canonicalField));
    if (canonical === undefined || bytes === undefined) throw replyInvalid('no content');
    if (bytes.length > maxBytes)
      throw new FsError('OUTPUT_LIMIT', `${this.#describe(at)} is longer than agreed`);
    if (text(whole) !== '1') throw this.changed(at);
    return { result: { bytes, canonical, entry: parseEntry(entry) }, identity: text(identity) };
  }

  understandChecksum(reply: Fields, at: BridgePath): Checksum {
    const [entry, digest] = this.understand(reply, at);
    const sha256 = text(digest);
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw replyInvalid('no digest');
    return { entry: parseEntry(entry), sha256 };
  }

  understandDone(reply: Fields, item: FsBatchMutation): void {
    const [about] = placesOf(item);
    if (this.understand(reply, about).length > 0) throw replyInvalid('more than was asked for');
  }

  changed(at: BridgePath): FsError {
    return new FsError('FILE_CHANGED', `${this.#describe(at)} changed while it was read`);
  }

  #describe(at: BridgePath): string {
    return this.#table.locate(at).sandboxPath;
  }
}

function keyOf({ mount, path }: BridgePath): string {
  return `${mount.sandbox}/${path ?? ''}`;
}

function text(field: Uint8Array | undefined): string {
  return Buffer.from(field ?? new Uint8Array()).toString('latin1');
}
