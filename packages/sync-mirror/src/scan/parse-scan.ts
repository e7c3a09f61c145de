import { type RelPath, SyncError } from '@clamshell/core';

import { takeDigests } from '../digest/digest-sandbox.ts';
import { digestRecords, type RememberedListing } from '../sync/mirror-memory.ts';
import type { Scan } from '../tree/entry.ts';
import { buildTree } from './build-tree.ts';
import type { FindRecords } from './find-record.ts';
import { parseRecords } from './parse-records.ts';
import { invalidReply, ReplyFields } from './reply-fields.ts';
import type { Tools } from './tools.ts';

export type SandboxScan =
  | { readonly root: 'missing' | 'not-a-directory' }
  | {
      readonly root: 'directory';
      /** What an earlier sync wrote there; `undefined` where no sync did, or it is gone. */
      readonly nonce: string | undefined;
      readonly tools: Tools;
      readonly scan: Scan;
      /** Of the records, where they are all there is and can be taken for the same again. */
      readonly digest: string | undefined;
      /** By which the next listing is read with less work. */
      readonly records: FindRecords;
      /** Of the paths that were in doubt; `undefined` for what could not be read. */
      readonly digests: ReadonlyMap<RelPath, string | undefined>;
    };

/**
 * The reply of the scan program, which is hostile (hostile-input rows 1–4, 35, 37, 47, 54, 61): a path that may not be
 * one, a path listed twice, one whose parent is no listed directory (unless the scan says that it is torn), a number
 * out of range or a missing end is SYNC_REPLY_INVALID. `known` stands for the records where they are said to be the same.
 */
export function parseScan(
  reply: string,
  known?: RememberedListing,
  doubtful: readonly RelPath[] = [],
): SandboxScan {
  const fields = new ReplyFields(reply);
  fields.expect('clamshell-scan 1');
  const root = fields.next();
  if (root === 'missing') return { root };
  if (root === 'link' || root === 'other') return { root: 'not-a-directory' };
  if (root === 'unfit') throw lacking(fields.next());
  if (root !== 'directory') throw invalidReply('the root is of no known kind');
  const nonce = parseNonce(fields.next());
  const clockNs = parseClock(fields.next());
  const tools = { find: parseToolKind(fields.next()), tar: parseToolKind(fields.next()) };
  const { scan, ...listing } = parseListing(fields, known);
  if (doubtful.length > 0) fields.expect('digests');
  const digests = takeDigests(fields, doubtful);
  fields.expectEnd();
  return { root, nonce, tools, ...listing, digests, scan: { ...scan, clockNs } };
}

type Directory = Extract<SandboxScan, { root: 'directory' }>;

function parseListing(
  fields: ReplyFields,
  known: RememberedListing | undefined,
): Pick<Directory, 'digest' | 'records'> & { readonly scan: Omit<Scan, 'clockNs'> } {
  const head = fields.next();
  if (head === 'same' && known !== undefined) {
    const { digest, records, tree, device } = known;
    return { digest, records, scan: { tree, device, isTorn: false } };
  }
  if (head !== 'records') throw invalidReply('it holds no records');
  const start = fields.at;
  const found = parseRecords(fields, known?.records);
  const digest = isPlain(found) ? digestRecords(fields.textFrom(start)) : undefined;
  return { digest, records: found.printed, scan: toTree(found) };
}

type Found = ReturnType<typeof parseRecords>;

function isPlain({ isTorn, status, unreadable }: Found): boolean {
  return !isTorn && status === 0 && unreadable.length === 0;
}

function toTree(found: Found): Omit<Scan, 'clockNs'> {
  const isTorn = found.isTorn || (found.status !== 0 && found.unreadable.length === 0);
  const device = found.records.find(({ path }) => path === undefined)?.device;
  if (device === undefined) throw invalidReply('the root is not listed');
  return { tree: buildTree(found, { isTorn, device }), isTorn, device };
}

function parseNonce(text: string): string | undefined {
  return /^[0-9a-f]{32}$/.test(text) ? text : undefined;
}

function lacking(tool: string): SyncError {
  return new SyncError('SANDBOX_UNFIT', `The sandbox has no ${tool.slice(0, 32)}`);
}

function parseClock(seconds: string): bigint {
  if (!/^\d{1,12}$/.test(seconds)) throw invalidReply('the clock is malformed');
  return BigInt(seconds) * 1_000_000_000n;
}

function parseToolKind(word: string): 'gnu' | 'posix' {
  if (word !== 'gnu' && word !== 'posix') throw invalidReply('a tool is of no known kind');
  return word;
}
