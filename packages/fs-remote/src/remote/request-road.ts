import type { FsContainment, RequestChannel, ShellRequest } from '@clamshell/core';

import { PYTHON_PROGRAM } from '../programs/python.ts';
import { SHELL_PROGRAM } from '../programs/shell.ts';
import { FrameReader, type Fields, replyInvalid } from '../wire/frame-reader.ts';
import { encodeArguments, encodeFrames, type Operation } from '../wire/operation.ts';
import { type AskOptions, REFUSAL_BYTES, type Road } from './road.ts';

/** Each ask is one request, for which Python is started. */
export function createPythonRoad(requests: RequestChannel): Road {
  return createRequestRoad(requests, 'kernel-anchored', (operations) => ({
    program: 'exec python3 -I -S -c "$1"',
    args: [PYTHON_PROGRAM],
    stdin: encodeFrames(operations),
  }));
}

/** Each ask is one request of shell text. */
export function createShellRoad(requests: RequestChannel): Road {
  return createRequestRoad(requests, 'checked-walk', (operations) => ({
    program: SHELL_PROGRAM,
    args: operations.flatMap(encodeArguments),
    stdin: Buffer.concat(operations.map(({ content }) => content ?? new Uint8Array())),
  }));
}

type Encode = (operations: readonly Operation[]) => Omit<ShellRequest, 'maxReplyBytes'>;

function createRequestRoad(requests: RequestChannel, containment: FsContainment, encode: Encode): Road {
  const ask = async (operations: readonly Operation[], { maxReplyBytes, call }: AskOptions) => {
    const cap = operations.length * (maxReplyBytes + REFUSAL_BYTES);
    const reply = await requests.request({ ...encode(operations), maxReplyBytes: cap }, call);
    if (reply.status !== 0) throw replyInvalid(`exit ${reply.status}, ${wordsOf(reply.stderr)}`);
    return parseAll(reply.stdout, operations.length, maxReplyBytes + REFUSAL_BYTES);
  };
  return { containment, ask };
}

async function parseAll(bytes: Uint8Array, count: number, maxBytes: number): Promise<readonly Fields[]> {
  const reader = new FrameReader(onlyChunk(bytes));
  const replies: Fields[] = [];
  while (replies.length < count) replies.push(await reader.read(maxBytes));
  await reader.expectEnd();
  return replies;
}

async function* onlyChunk(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

function wordsOf(stderr: Uint8Array): string {
  return Buffer.from(stderr.subarray(0, 500)).toString('utf8').trim();
}
