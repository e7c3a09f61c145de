import {
  type CallOptions,
  type FsBatchItem,
  type FsBatchResult,
  type FsBridge,
  isClamshellError,
} from '@clamshell/core';

/** One after another: what is on the host needs no round trip. */
export async function queryBatch(
  bridge: FsBridge,
  items: readonly FsBatchItem[],
  options: CallOptions = {},
): Promise<readonly FsBatchResult[]> {
  const results: FsBatchResult[] = [];
  for (const item of items) {
    options.signal?.throwIfAborted();
    results.push(await answer(bridge, item, options));
  }
  return results;
}

async function answer(bridge: FsBridge, item: FsBatchItem, options: CallOptions): Promise<FsBatchResult> {
  try {
    if (item.do === 'read') {
      const { bytes, entry } = await bridge.read(item.at, { ...options, maxBytes: item.maxBytes });
      return { status: 'found', bytes, entry };
    }
    const entry = await (item.do === 'lstat'
      ? bridge.lstat(item.at, options)
      : bridge.stat(item.at, options));
    return entry === undefined ? { status: 'missing' } : { status: 'found', entry };
  } catch (error) {
    options.signal?.throwIfAborted();
    const isMissing = isClamshellError(error) && error.code === 'FILE_NOT_FOUND';
    return isMissing ? { status: 'missing' } : { status: 'failed', error };
  }
}
