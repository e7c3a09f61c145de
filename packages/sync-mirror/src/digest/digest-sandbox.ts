import type { RelPath } from '@clamshell/core';

import { isIndex } from '../git/git-paths.ts';
import { digestIndex } from '../git/index-meaning.ts';
import { DIGEST_PROGRAM } from '../programs/digest.ts';
import { READ_PROGRAM } from '../programs/read.ts';
import { callForText } from '../remote/call-program.ts';
import type { Remote } from '../remote/remote.ts';
import { encodePaths, once } from '../remote/path-list.ts';
import { invalidReply, ReplyFields } from '../scan/reply-fields.ts';

/**
 * As FileEntry has it, by path; `undefined` for what could not be read. One round trip, and one for each git index.
 * `readBytes` is what the files hold, about.
 */
export async function digestSandbox(
  remote: Remote,
  paths: readonly RelPath[],
  readBytes = 0,
): Promise<ReadonlyMap<RelPath, string | undefined>> {
  const digests = new Map<RelPath, string | undefined>();
  const indexes = paths.filter(isIndex);
  for (const path of indexes) digests.set(path, await digestSandboxIndex(remote, path));
  const others = paths.filter((path) => !isIndex(path));
  if (others.length === 0) return digests;
  const list = encodePaths(others);
  const call = { program: DIGEST_PROGRAM, stdin: () => once(list), expectedBytes: list.length, readBytes };
  const reply = await callForText(remote, call);
  return new Map([...digests, ...parseDigests(reply, others)]);
}

async function digestSandboxIndex(remote: Remote, path: RelPath): Promise<string> {
  const stdin = () => once(encodePaths([path]));
  const bytes = await callForText(remote, { program: READ_PROGRAM, stdin });
  return digestIndex(Buffer.from(bytes, 'latin1'));
}

export function parseDigests(
  reply: string,
  paths: readonly RelPath[],
): ReadonlyMap<RelPath, string | undefined> {
  const fields = new ReplyFields(reply);
  const digests = takeDigests(fields, paths);
  fields.expect('end');
  fields.expectEnd();
  return digests;
}

/** A field for each path. */
export function takeDigests(
  fields: ReplyFields,
  paths: readonly RelPath[],
): ReadonlyMap<RelPath, string | undefined> {
  return new Map(paths.map((path) => [path, parseDigest(fields.next())]));
}

function parseDigest(field: string): string | undefined {
  if (field === '-') return undefined;
  if (!/^[0-9a-f]{64}$/.test(field)) throw invalidReply('a digest is malformed');
  return field;
}
