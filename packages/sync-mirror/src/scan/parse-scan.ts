import { parentOf, type RelPath, SyncError } from '@clamshell/core';

import { digestRecords, type RememberedListing } from '../sync/mirror-memory.ts';
import { closeOff } from '../tree/close-off.ts';
import type { Entry, Scan } from '../tree/entry.ts';
import { parseRecords, type Records } from './parse-records.ts';
import { invalidReply, ReplyFields } from './reply-fields.ts';

/** What the sandbox's tools can do. */
export interface Tools {
  readonly find: 'gnu' | 'posix';
  readonly tar: 'gnu' | 'posix';
}

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
    };

/**
 * The reply of the scan program, which is hostile (hostile-input rows 1–4, 35, 37, 47, 54, 61): a path that may not be
 * one, a path listed twice, one whose parent is no listed directory (unless the scan says that it is torn), a number
 * out of range or a missing end is SYNC_REPLY_INVALID. `known` stands for the records where they are said to be the same.
 */
export function parseScan(reply: string, known?: RememberedListing): SandboxScan {
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
  const records = fields.next();
  if (records === 'same' && known !== undefined) {
    fields.expectEnd();
    return {
      root,
      nonce,
      tools,
      digest: known.digest,
      scan: { tree: known.tree, device: known.device, isTorn: false, clockNs },
    };
  }
  if (records !== 'records') throw invalidReply('it holds no records');
  const start = fields.at;
  const found = parseRecords(fields);
  const digest = isPlain(found) ? digestRecords(fields.textFrom(start, 1)) : undefined;
  fields.expectEnd();
  return { root, nonce, tools, digest, scan: { ...toTree(found), clockNs } };
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

function buildTree(
  { records, unreadable }: Records,
  { isTorn, device }: { readonly isTorn: boolean; readonly device: string },
): Map<RelPath, Entry> {
  const tree = new Map<RelPath, Entry>();
  for (const record of records) {
    if (record.path === undefined) continue;
    if (tree.has(record.path)) throw invalidReply('a path is listed twice');
    // A mount point of another file system is not part of this mirror.
    tree.set(record.path, record.device === device ? record.entry : { kind: 'special' });
  }
  if (isTorn) dropOrphans(tree);
  checkParents(tree);
  closeOff(
    tree,
    new Set(unreadable.filter((path) => tree.has(path))),
    'the sandbox’s directory could not be read',
  );
  return tree;
}

/** A directory that went while its entries were listed: what is not listed in a torn scan is taken for unknown. */
function dropOrphans(tree: Map<RelPath, Entry>): void {
  const parentsFirst = [...tree.keys()].sort((a, b) => a.length - b.length);
  for (const path of parentsFirst) {
    const parent = parentOf(path);
    if (parent !== undefined && tree.get(parent)?.kind !== 'directory') tree.delete(path);
  }
}

function checkParents(tree: ReadonlyMap<RelPath, Entry>): void {
  for (const path of tree.keys()) {
    const parent = parentOf(path);
    if (parent !== undefined && tree.get(parent)?.kind !== 'directory') {
      throw invalidReply('a path lies in something that is not a directory');
    }
  }
}
