import {
  type CallOptions,
  type FsBatchItem,
  type FsBatchQuery,
  type FsBatchResult,
  FsError,
} from '@clamshell/core';

import { parseEntry } from '../wire/entry.ts';
import type { Fields } from '../wire/frame-reader.ts';
import { type Caller, SMALL_REPLY_BYTES } from './caller.ts';
import { encodeItem, isQuery } from './encode-item.ts';

/** What one round trip may carry of content. */
const MAX_ROUND_BYTES = 64 * 1024 * 1024;
const MAX_ROUND_ITEMS = 2000;

/** Calls in as many rounds as their content and caps add up to. */
export async function askBatch(
  caller: Caller,
  items: readonly FsBatchItem[],
  call: CallOptions | undefined,
): Promise<readonly FsBatchResult[]> {
  const results: FsBatchResult[] = [];
  for (const round of roundsOf(items)) results.push(...(await askRound(caller, round, call)));
  return results;
}

async function askRound(
  caller: Caller,
  round: readonly FsBatchItem[],
  call: CallOptions | undefined,
): Promise<readonly FsBatchResult[]> {
  const refusals = round.map((item) => refusalOf(caller, item));
  const asked = round.filter((_, index) => refusals[index] === undefined);
  const maxReplyBytes = Math.max(0, ...asked.map(replyBytesOf)) + SMALL_REPLY_BYTES;
  const operations = asked.map((item) => encodeItem(item, caller.toWire));
  const replies = asked.length === 0 ? [] : await caller.ask(operations, { maxReplyBytes, call });
  const answers = asked.map((item, index) => resultOf(caller, item, replies[index] ?? []));
  return refusals.map((refusal) => refusal ?? (answers.shift() as FsBatchResult));
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
  return 'content' in item ? item.content.length : replyBytesOf(item);
}

function replyBytesOf(item: FsBatchItem): number {
  return item.do === 'read' ? item.maxBytes : 0;
}

/** What is closed to writes as a whole is refused here. */
function refusalOf(caller: Caller, item: FsBatchItem): FsBatchResult | undefined {
  try {
    caller.requireWritable(item);
    return undefined;
  } catch (error) {
    return { status: 'failed', error };
  }
}

function resultOf(caller: Caller, item: FsBatchItem, reply: Fields): FsBatchResult {
  try {
    if (isQuery(item)) return { status: 'found', ...understandQuery(caller, item, reply) };
    caller.understandDone(reply, item);
    return { status: 'done' };
  } catch (error) {
    const isMissing = error instanceof FsError && error.code === 'FILE_NOT_FOUND';
    return isMissing && isQuery(item) ? { status: 'missing' } : { status: 'failed', error };
  }
}

function understandQuery(caller: Caller, item: FsBatchQuery, reply: Fields) {
  switch (item.do) {
    case 'read': {
      const { entry, bytes } = caller.understandRead(reply, item.at, item.maxBytes).result;
      return { entry, bytes };
    }
    case 'checksum':
      return caller.understandChecksum(reply, item.at);
    case 'lstat':
    case 'stat':
      return { entry: parseEntry(caller.understand(reply, item.at)[0]) };
  }
}
