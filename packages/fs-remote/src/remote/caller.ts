import {
  asRelPath,
  type BridgePath,
  type CallOptions,
  type Clock,
  type FromTo,
  type FsContainment,
  FsError,
  invariant,
  type MutateOptions,
  type ReadOptions,
  type ReadResult,
  withDeadline,
} from '@clamshell/core';

import type { MountTable } from '../mounts/mount-table.ts';
import { parseEntry } from '../wire/entry.ts';
import { type Fields, replyInvalid } from '../wire/frame-reader.ts';
import type { Operation, WirePlace } from '../wire/operation.ts';
import { understand } from '../wire/refusal.ts';
import { KeyedTurns } from './keyed-turns.ts';
import type { AskOptions, Road } from './road.ts';

/** Room for an entry and a canonical path. */
export const SMALL_REPLY_BYTES = 8192;

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
    const ask = { ...operation, place: this.place(at) };
    const [reply] = await this.ask([ask], { maxReplyBytes, call });
    return understand(reply ?? [], this.describe(at));
  }

  async read(at: BridgePath, options: ReadOptions): Promise<RangeRead> {
    const [reply] = await this.ask([this.readOperation(at, options)], {
      maxReplyBytes: options.maxBytes + SMALL_REPLY_BYTES,
      call: options,
    });
    return this.understandRead(reply ?? [], at, options.maxBytes);
  }

  readOperation(at: BridgePath, { maxBytes, range }: Omit<ReadOptions, 'signal'>): Operation {
    const { offset = 0, length = -1 } = range ?? {};
    for (const number of [maxBytes, offset, range === undefined ? 0 : length]) {
      invariant(Number.isSafeInteger(number) && number >= 0, 'offsets, lengths and caps are whole numbers');
    }
    return { do: 'read', numbers: [offset, length, maxBytes], place: this.place(at) };
  }

  understandRead(reply: Fields, at: BridgePath, maxBytes: number): RangeRead {
    const [entry, canonicalField, identity, bytes, whole] = understand(reply, this.describe(at));
    const canonical = asRelPath(text(canonicalField));
    if (canonical === undefined || bytes === undefined) throw replyInvalid('no content');
    if (bytes.length > maxBytes)
      throw new FsError('OUTPUT_LIMIT', `${this.describe(at)} is longer than agreed`);
    if (text(whole) !== '1')
      throw new FsError('FILE_CHANGED', `${this.describe(at)} shrank while it was read`);
    return { result: { bytes, canonical, entry: parseEntry(entry) }, identity: text(identity) };
  }

  async mutate(operation: Operation, at: BridgePath, options: MutateOptions = {}): Promise<void> {
    this.#table.requireWritable(at);
    const ask = { ...operation, place: { ...this.place(at), pin: options.canonical } };
    await this.#turns.run([keyOf(at)], () => this.#perform(ask, at, options));
  }

  async mutateTwo(operation: Operation, { from, to }: FromTo, options: MutateOptions = {}): Promise<void> {
    if (operation.do === 'rename') this.#table.requireWritable(from);
    this.#table.requireWritable(to);
    const other = { ...this.place(to), pin: options.canonical };
    const ask = { ...operation, place: this.place(from), other };
    await this.#turns.run([keyOf(from), keyOf(to)], () => this.#perform(ask, to, options));
  }

  async ask(operations: readonly Operation[], options: AskOptions): Promise<readonly Fields[]> {
    return withDeadline(this.#clock, options.call ?? {}, async (call) => {
      return (await this.#road(call)).ask(operations, { ...options, call });
    });
  }

  place({ mount, path }: BridgePath): WirePlace {
    invariant(this.#table.mounts.includes(mount), 'a place lies in a mount of its bridge');
    return { root: mount.sandbox, closed: this.#table.closedIn(mount), path };
  }

  describe(at: BridgePath): string {
    return this.#table.locate(at).sandboxPath;
  }

  async #perform(operation: Operation, at: BridgePath, call: CallOptions): Promise<void> {
    const [reply] = await this.ask([operation], { maxReplyBytes: SMALL_REPLY_BYTES, call });
    if (understand(reply ?? [], this.describe(at)).length > 0) throw replyInvalid('more than was asked for');
  }
}

function keyOf({ mount, path }: BridgePath): string {
  return `${mount.sandbox}/${path ?? ''}`;
}

function text(field: Uint8Array | undefined): string {
  return Buffer.from(field ?? new Uint8Array()).toString('latin1');
}
