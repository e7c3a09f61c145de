import { setImmediate as nextTurn } from 'node:timers/promises';

import { isClamshellError } from '@clamshell/core';
import type { HostTree } from '@clamshell/host';

import { MAX_REPLY_BYTES, READ_CHUNK_BYTES } from '../limits.ts';
import { FIND_FORMAT } from '../programs/records.ts';
import type { Tree } from '../tree/entry.ts';
import { OWN_DIRECTORY } from '../tree/own-directory.ts';
import { buildTree } from './build-tree.ts';
import { type FindRecord, type FindRecords, parseFindRecord } from './find-record.ts';
import { invalidReply } from './reply-fields.ts';

/** The host’s root as its `find` printed it. */
export interface HostListing {
  readonly text: Buffer | undefined;
  readonly records: FindRecords;
  readonly tree: Tree;
}

export interface ListOptions {
  readonly device: bigint;
  readonly known?: HostListing | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** `undefined` where anything is out of the ordinary: then only a look at each entry by itself tells. */
export async function listHost(
  host: HostTree,
  { device, known, signal }: ListOptions,
): Promise<HostListing | undefined> {
  const text = await host.find(EXPRESSION, { maxBytes: MAX_REPLY_BYTES, signal });
  if (text === undefined) return undefined;
  if (known?.text?.equals(text) === true) return known;
  try {
    const records = await parseListing(text, known?.records);
    const found = { records: [...records.values()], unreadable: [] };
    return { text, records, tree: buildTree(found, { isTorn: false, device: String(device) }) };
  } catch (error) {
    if (isClamshellError(error) && error.code === 'SYNC_REPLY_INVALID') return undefined;
    throw error;
  }
}

/** A directory of the mirror’s own, further down, belongs to another mirror, and is of no kind that is moved. */
const EXPRESSION = [
  ...['-xdev', '-path', `./${OWN_DIRECTORY}`, '-prune', '-o'],
  ...['-name', OWN_DIRECTORY, '-prune', '-printf', FIND_FORMAT.replace('%y', 's'), '-o'],
  ...['-printf', FIND_FORMAT],
];

/** In parts, between which other work gets its turn. */
async function parseListing(text: Buffer, known: FindRecords | undefined): Promise<Map<string, FindRecord>> {
  const records = new Map<string, FindRecord>();
  let rest = '';
  for (let at = 0; at < text.length; at += READ_CHUNK_BYTES) {
    const fields = (rest + text.toString('latin1', at, at + READ_CHUNK_BYTES)).split('\0');
    const whole = fields.length - 1 - ((fields.length - 1) % 3);
    for (let index = 0; index < whole; index += 3) {
      const [head, path, target] = fields.slice(index, index + 3) as [string, string, string];
      records.set(path, requireDatable(parseFindRecord([head, path, target], known)));
    }
    rest = fields.slice(whole).join('\0');
    await nextTurn();
  }
  if (rest !== '') throw invalidReply('it was cut');
  return records;
}

/** What is older than the epoch is printed in a way that says less than a look does. */
function requireDatable(record: FindRecord): FindRecord {
  const { entry } = record;
  if (
    (entry.kind === 'file' || entry.kind === 'symlink') &&
    (entry.stat.mtimeNs < 0n || entry.stat.ctimeNs < 0n)
  )
    throw invalidReply('a time before the epoch');
  return record;
}
