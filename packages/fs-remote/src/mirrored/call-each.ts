import {
  type CallOptions,
  type FsBatchItem,
  type FsBatchMutation,
  type FsBatchQuery,
  type FsBatchResult,
  type FsBridge,
  FsError,
  isClamshellError,
} from '@clamshell/core';

import { isQuery } from '../remote/encode-item.ts';

type Bridge = FsBridge & Required<Pick<FsBridge, 'checksum'>>;

/** One after another: what is on the host needs no round trip, and each change is a commit of its own. */
export async function callEach(
  bridge: Bridge,
  items: readonly FsBatchItem[],
  options: CallOptions = {},
): Promise<readonly FsBatchResult[]> {
  const results: FsBatchResult[] = [];
  for (const item of items) {
    options.signal?.throwIfAborted();
    results.push(await resultOf(bridge, item, options));
  }
  return results;
}

async function resultOf(bridge: Bridge, item: FsBatchItem, options: CallOptions): Promise<FsBatchResult> {
  try {
    if (isQuery(item)) return await answer(bridge, item, options);
    await change(bridge, item, { ...options, ...item });
    return { status: 'done' };
  } catch (error) {
    options.signal?.throwIfAborted();
    const isMissing = isClamshellError(error) && error.code === 'FILE_NOT_FOUND';
    return isMissing && isQuery(item) ? { status: 'missing' } : { status: 'failed', error };
  }
}

async function answer(bridge: Bridge, item: FsBatchQuery, options: CallOptions): Promise<FsBatchResult> {
  switch (item.do) {
    case 'read': {
      const { bytes, entry } = await bridge.read(item.at, { ...options, maxBytes: item.maxBytes });
      return { status: 'found', bytes, entry };
    }
    case 'checksum':
      return { status: 'found', ...(await bridge.checksum(item.at, options)) };
    case 'lstat':
    case 'stat': {
      const entry = await bridge[item.do](item.at, options);
      return entry === undefined ? { status: 'missing' } : { status: 'found', entry };
    }
  }
}

async function change(bridge: Bridge, item: FsBatchMutation, options: CallOptions): Promise<void> {
  switch (item.do) {
    case 'rename':
    case 'copy':
      return bridge[item.do](item, options);
    case 'makeDirectory':
    case 'remove':
      return bridge[item.do](item.at, options);
    case 'createExclusive':
      if (await bridge.createExclusive(item.at, item.content, options)) return undefined;
      throw new FsError('FILE_EXISTS', `${bridge.locate(item.at).sandboxPath} exists already`);
    case 'write':
    case 'append':
      return bridge[item.do](item.at, item.content, options);
  }
}
