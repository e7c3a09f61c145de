import type { BridgePath } from '@clamshell/core';

import { placeBelow } from '../mounts/place-below.ts';
import type { Hint } from './hints.ts';

/** What one source after another tells of a place, the next one where the last one can't or no more. */
export async function* watchPlace(
  at: BridgePath,
  sources: readonly AsyncIterable<Hint>[],
  signal: AbortSignal | undefined,
): AsyncGenerator<BridgePath> {
  for (const source of sources) {
    for await (const hint of source) {
      const place = hint === undefined ? at : placeBelow(at, hint);
      if (place !== undefined) yield place;
    }
    signal?.throwIfAborted();
  }
}
