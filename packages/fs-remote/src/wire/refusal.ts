import { type ErrorCode, FsError, redact } from '@clamshell/core';

import { type Fields, replyInvalid } from './frame-reader.ts';

/** The words with which the programs refuse. */
const REFUSALS = {
  missing: ['FILE_NOT_FOUND', 'does not exist'],
  'no-root': ['FILE_NOT_FOUND', 'can’t be reached: the mount’s root is missing'],
  exists: ['FILE_EXISTS', 'exists already'],
  'not-empty': ['FILE_NOT_EMPTY', 'is a directory with something in it'],
  kind: ['FILE_KIND', 'is, or has on its way, something of another kind than this needs'],
  escapes: ['PATH_ESCAPES', 'leads out of its mount'],
  access: ['FILE_ACCESS', 'can’t be accessed'],
  moved: ['FILE_CHANGED', 'leads to another place than it did'],
  changed: ['FILE_CHANGED', 'changed while it was read'],
  'read-only': ['FILE_READ_ONLY', 'is closed to writes, or holds what is'],
  linked: ['FILE_LINKED', 'is a file with several names'],
  name: ['PATH_INVALID', 'has a name that the sandbox’s file system refuses'],
  pattern: ['CONFIG_INVALID', 'was searched for what is no extended regular expression'],
  limit: ['OUTPUT_LIMIT', 'has more than may be answered'],
  io: ['FILE_IO_FAILED', 'could not be worked on'],
} as const satisfies Record<string, readonly [ErrorCode, string]>;

type Refusal = keyof typeof REFUSALS;

/** The reply's own fields; throws what the sandbox refused. `about` names the place for people. */
export function understand([head, ...fields]: Fields, about: string): Fields {
  const word = Buffer.from(head ?? []).toString('latin1');
  if (word === 'ok') return fields;
  const refusal = Buffer.from(fields[0] ?? []).toString('latin1');
  if (word !== 'no' || !isRefusal(refusal)) throw replyInvalid(about);
  const [code, says] = REFUSALS[refusal];
  const detail = Buffer.from((fields[1] ?? new Uint8Array()).subarray(0, 200)).toString('utf8');
  throw new FsError(code, `${about} ${says}${detail === '' ? '' : `: ${redact(detail)}`}`, {
    context: { refusal },
  });
}

function isRefusal(word: string): word is Refusal {
  return Object.hasOwn(REFUSALS, word);
}
