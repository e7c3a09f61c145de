import { type CallOptions, type FsBatchItem, type FsBatchResult, FsError } from '@clamshell/core';

import { parseEntry } from '../wire/entry.ts';
import type { Fields } from '../wire/frame-reader.ts';
import type { Operation } from '../wire/operation.ts';
import { understand } from '../wire/refusal.ts';
import { type Caller, SMALL_REPLY_BYTES } from './caller.ts';

/** What one round trip may bring back of content. */
const MAX_ROUND_BYTES = 64 * 1024 * 1024;
const MAX_ROUND_ITEMS = 2000;

/** Queries in as many rounds as their caps add up to. */
export async function readBatch(
  caller: Caller,
  items: readonly FsBatchItem[],
  call: CallOptions | undefined,
): Promise<readonly FsBatchResult[]> {
  const results: FsBatchResult[] = [];
  for (const round of roundsOf(items)) {
    const maxReplyBytes = Math.max(...round.map(bytesOf)) + SMALL_REPLY_BYTES;
    const operations = round.map((item) => operationOf(caller, item));
    const replies = await caller.ask(operations, { maxReplyBytes, call });
    results.push(...round.map((item, index) => resultOf(caller, item, replies[index] ?? [])));
  }
  return results;
}

function roundsOf(items: readonly FsBatchItem[]): readonly FsBatchItem[][] {
  const rounds: FsBatchItem[][] = [];
  let room = 0;
  for (const item of items) {
    room -= bytesOf(item);
    const last = rounds.at(-1);
    if (last !== undefined && room >= 0 && last.length < MAX_ROUND_ITEMS) last.push(item);
    else {
      rounds.push([item]);
      room = MAX_ROUND_BYTES - bytesOf(item);
    }
  }
  return rounds;
}

function bytesOf(item: FsBatchItem): number {
  return item.do === 'read' ? item.maxBytes : 0;
}

function operationOf(caller: Caller, item: FsBatchItem): Operation {
  if (item.do === 'read') return caller.readOperation(item.at, { maxBytes: item.maxBytes });
  return { do: item.do, place: caller.place(item.at) };
}

function resultOf(caller: Caller, item: FsBatchItem, reply: Fields): FsBatchResult {
  try {
    if (item.do === 'read') {
      const { entry, bytes } = caller.understandRead(reply, item.at, item.maxBytes).result;
      return { status: 'found', entry, bytes };
    }
    return { status: 'found', entry: parseEntry(understand(reply, caller.describe(item.at))[0]) };
  } catch (error) {
    const isMissing = error instanceof FsError && error.code === 'FILE_NOT_FOUND';
    return isMissing ? { status: 'missing' } : { status: 'failed', error };
  }
}
