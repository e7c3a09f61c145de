import { isClamshellError, type RequestChannel, SyncError } from '@clamshell/core';

import { MAX_REPLY_BYTES } from '../limits.ts';
import { afterMark } from './after-mark.ts';
import { takeIdentifier } from './identifier.ts';
import { once } from './path-list.ts';
import type { ProgramCall, Remote } from './remote.ts';

/** As `callProgram` for what is short both ways: one round trip, its input and its reply whole in memory. */
export async function requestProgram<Value>(
  remote: Remote & { readonly requests: RequestChannel },
  { program, args = [], stdin }: ProgramCall,
  consume: (reply: AsyncIterable<Uint8Array>) => Promise<Value>,
): Promise<Value> {
  const mark = takeIdentifier(remote.newId);
  const request = {
    program,
    args: [mark, remote.root, ...args],
    stdin: await collect(stdin?.(mark)),
    maxReplyBytes: MAX_REPLY_BYTES,
  };
  const reply = await remote.requests.request(request, { signal: remote.signal }).catch(rethrow);
  try {
    return await consume(afterMark(once(reply.stdout), mark));
  } catch (error) {
    throw explain(error, Buffer.from(reply.stderr.subarray(0, 1024)).toString('latin1').trim());
  }
}

async function collect(source: AsyncIterable<Uint8Array> | undefined): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function rethrow(error: unknown): never {
  if (!isClamshellError(error) || error.code !== 'OUTPUT_LIMIT') throw error;
  throw new SyncError('LIMIT_EXCEEDED', 'The sandbox’s reply is too long', { cause: error });
}

function explain(error: unknown, said: string): unknown {
  if (!isClamshellError(error) || error.code !== 'SYNC_REPLY_INVALID' || said === '') return error;
  return new SyncError('SYNC_REPLY_INVALID', `${error.message}: ${said}`, { cause: error });
}
