import {
  type BridgePath,
  type FsBatchItem,
  type FsBatchMutation,
  type FsBatchQuery,
  invariant,
  type ReadOptions,
  type RelPath,
  type WriteOptions,
} from '@clamshell/core';

import type { Operation, WirePlace } from '../wire/operation.ts';

/** Of a place, which the mutation was pinned to or not. */
type ToWire = (at: BridgePath, pin?: RelPath) => WirePlace;

/** One call as the programs take it. */
export function encodeItem(item: FsBatchItem, toWire: ToWire): Operation {
  switch (item.do) {
    case 'lstat':
    case 'stat':
    case 'checksum':
      return { do: item.do, place: toWire(item.at) };
    case 'read':
      return { do: 'read', numbers: rangeOf(item), place: toWire(item.at) };
    case 'rename':
    case 'copy':
      return {
        do: item.do,
        flags: flagsOf(item),
        place: toWire(item.from),
        other: toWire(item.to, item.canonical),
      };
    case 'remove': {
      const flags = `${item.recursive === true ? 'r' : ''}${item.force === true ? 'f' : ''}`;
      return { do: 'remove', flags, place: toWire(item.at, item.canonical) };
    }
    case 'makeDirectory':
      return { do: 'mkdir', place: toWire(item.at, item.canonical) };
    case 'write':
    case 'append':
    case 'createExclusive': {
      const name = item.do === 'createExclusive' ? 'create' : item.do;
      const { content, at, canonical } = item;
      return { do: name, flags: flagsOf(item), content, place: toWire(at, canonical) };
    }
  }
}

/** As `read` takes them: offset, length or -1 for all there is, and the cap. */
export function rangeOf({ maxBytes, range }: Pick<ReadOptions, 'maxBytes' | 'range'>): readonly number[] {
  const { offset = 0, length = -1 } = range ?? {};
  for (const number of [maxBytes, offset, range === undefined ? 0 : length]) {
    invariant(Number.isSafeInteger(number) && number >= 0, 'offsets, lengths and caps are whole numbers');
  }
  return [offset, length, maxBytes];
}

export function isQuery(item: FsBatchItem): item is FsBatchQuery {
  return ['lstat', 'stat', 'checksum', 'read'].includes(item.do);
}

/** Every place that it changes. */
export function changedBy(item: FsBatchMutation): readonly BridgePath[] {
  if ('at' in item) return [item.at];
  return item.do === 'rename' ? [item.from, item.to] : [item.to];
}

/** The place that an error is about, and every place whose turn a mutation has to wait for. */
export function placesOf(item: FsBatchItem): readonly [BridgePath, ...BridgePath[]] {
  return 'to' in item ? [item.to, item.from] : [item.at];
}

function flagsOf({ parents }: WriteOptions): string {
  return parents === true ? 'p' : '';
}
