import type { BridgePath, CallOptions } from '@clamshell/core';

import type { Caller, RangeRead } from './caller.ts';

const RANGE_BYTES = 1024 * 1024;
/** Ranges on their way at once: enough to fill a link of 40 MB/s at 100 ms. */
const AHEAD = 4;

/** A file as ranges, asked for ahead of the reader, each checked to be of the same file. */
export async function* streamRanges(
  caller: Caller,
  at: BridgePath,
  call: CallOptions | undefined,
): AsyncIterable<Uint8Array> {
  const first = await readRange(caller, at, { offset: 0, call });
  yield first.result.bytes;
  const { size } = first.result.entry;
  const pending: Promise<RangeRead>[] = [];
  let asked = RANGE_BYTES;
  for (let offset = RANGE_BYTES; offset < size; offset += RANGE_BYTES) {
    for (; asked < size && pending.length < AHEAD; asked += RANGE_BYTES) {
      pending.push(readRange(caller, at, { offset: asked, call }));
      pending.at(-1)?.catch(() => {});
    }
    const next = await pending.shift();
    if (next === undefined || next.identity !== first.identity || next.result.entry.size < size) {
      throw caller.changed(at);
    }
    yield next.result.bytes;
  }
}

interface Range {
  readonly offset: number;
  readonly call: CallOptions | undefined;
}

function readRange(caller: Caller, at: BridgePath, { offset, call }: Range): Promise<RangeRead> {
  const range = { offset, length: RANGE_BYTES };
  return caller.read(at, { ...call, maxBytes: RANGE_BYTES, range });
}
