import type { RelPath } from '@clamshell/core';

import { DIGEST_PROGRAM } from '../programs/digest.ts';
import { callForText, type Remote } from '../remote/call-program.ts';
import { encodePaths, once } from '../remote/path-list.ts';
import { invalidReply, ReplyFields } from '../scan/reply-fields.ts';

/** sha256 by path, in one round trip; `undefined` for what could not be read. */
export async function digestSandbox(
  remote: Remote,
  paths: readonly RelPath[],
): Promise<ReadonlyMap<RelPath, string | undefined>> {
  if (paths.length === 0) return new Map();
  const stdin = () => once(encodePaths(paths));
  return parseDigests(await callForText(remote, { program: DIGEST_PROGRAM, stdin }), paths);
}

function parseDigests(reply: string, paths: readonly RelPath[]): ReadonlyMap<RelPath, string | undefined> {
  const fields = new ReplyFields(reply);
  const digests = new Map(paths.map((path) => [path, parseDigest(fields.next())]));
  fields.expect('end');
  fields.expectEnd();
  return digests;
}

function parseDigest(field: string): string | undefined {
  if (field === '-') return undefined;
  if (!/^[0-9a-f]{64}$/.test(field)) throw invalidReply('a digest is malformed');
  return field;
}
