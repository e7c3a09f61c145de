import type { RelPath } from '@clamshell/core';

import { RESTAT_PROGRAM } from '../programs/pull.ts';
import { callForText } from '../remote/call-program.ts';
import type { Remote } from '../remote/remote.ts';
import { encodePaths, once } from '../remote/path-list.ts';
import type { Entry } from '../tree/entry.ts';
import { parseRecords } from './parse-records.ts';
import { ReplyFields } from './reply-fields.ts';

/** What these paths show now, in one round trip; a path that is gone is left out. */
export async function restatSandbox(
  remote: Remote,
  paths: readonly RelPath[],
): Promise<ReadonlyMap<RelPath, Entry>> {
  if (paths.length === 0) return new Map();
  const list = encodePaths(paths);
  const call = { program: RESTAT_PROGRAM, stdin: () => once(list), expectedBytes: list.length };
  const fields = new ReplyFields(await callForText(remote, call));
  const entries = readEntries(fields);
  fields.expectEnd();
  return entries;
}

/** Records to their end, by path. */
export function readEntries(fields: ReplyFields): ReadonlyMap<RelPath, Entry> {
  const entries = new Map<RelPath, Entry>();
  for (const { path, entry } of parseRecords(fields).records)
    if (path !== undefined) entries.set(path, entry);
  return entries;
}
