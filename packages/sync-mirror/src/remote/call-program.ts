import {
  type CallOptions,
  isClamshellError,
  type RemotePath,
  type RemoteProcess,
  SyncError,
  withDeadline,
} from '@clamshell/core';

import {
  MAX_INLINE_BYTES,
  MAX_REPLY_BYTES,
  MAX_STDERR_BYTES,
  MIN_BYTES_PER_MS,
  PROGRAM_MS,
} from '../limits.ts';
import { afterMark } from './after-mark.ts';
import { takeIdentifier } from './identifier.ts';
import type { ProgramCall, Remote } from './remote.ts';
import { requestProgram } from './request-program.ts';

/** The one directory that no command can remove: the mount's own may be gone. */
const ANYWHERE = '/' as RemotePath;

/** The reply of a program that ran to its end, latin1. */
export async function callForText(remote: Remote, call: ProgramCall): Promise<string> {
  return callProgram(remote, call, async (reply) => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of reply) {
      length += chunk.length;
      if (length > MAX_REPLY_BYTES) throw new SyncError('LIMIT_EXCEEDED', 'The sandbox’s reply is too long');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('latin1');
  });
}

/**
 * Runs a constant program and gives its output to `consume`. When anything fails the program is killed and its stdin
 * cut, which none takes for its end. Rejects with the abort's reason, with DEADLINE_EXCEEDED after a time that grows
 * with what is moved, with CONNECTION_LOST where the link broke, else with what failed first.
 */
export async function callProgram<Value>(
  remote: Remote,
  call: ProgramCall,
  consume: (reply: AsyncIterable<Uint8Array>) => Promise<Value>,
): Promise<Value> {
  const { requests, clock, signal } = remote;
  const { expectedBytes = 0, readBytes = 0 } = call;
  const timeoutMs = PROGRAM_MS + (expectedBytes + readBytes) / MIN_BYTES_PER_MS;
  return withDeadline(clock, { signal, timeoutMs }, (bound) => {
    const held = { ...remote, signal: bound.signal };
    return requests !== undefined && expectedBytes <= MAX_INLINE_BYTES
      ? requestProgram({ ...held, requests }, call, consume)
      : streamProgram(held, call, consume);
  });
}

async function streamProgram<Value>(
  remote: Remote,
  call: ProgramCall,
  consume: (reply: AsyncIterable<Uint8Array>) => Promise<Value>,
): Promise<Value> {
  const mark = takeIdentifier(remote.newId);
  const argv = ['sh', '-c', call.program, 'clamshell', mark, remote.root, ...(call.args ?? [])] as const;
  const process = await remote.shell.spawn({ argv, cwd: ANYWHERE }, { signal: remote.signal });
  const complaint = keepStart(process.stderr);
  const feeding = feed(process, call.stdin?.(mark));
  const consuming = consume(afterMark(process.stdout, mark));
  try {
    const [value] = await Promise.all([consuming, feeding, complaint, process.exit]);
    return value;
  } catch (error) {
    for (const job of [consuming, feeding, complaint]) job.catch(() => undefined);
    throw await explain(error, { process, complaint, signal: remote.signal });
  }
}

async function feed({ stdin }: RemoteProcess, source: AsyncIterable<Uint8Array> | undefined): Promise<void> {
  for await (const chunk of source ?? []) await stdin.write(chunk);
  await stdin.end();
}

async function keepStart(output: AsyncIterable<Uint8Array>): Promise<string> {
  let kept = '';
  for await (const chunk of output) {
    if (kept.length < MAX_STDERR_BYTES)
      kept += Buffer.from(chunk).toString('latin1').slice(0, MAX_STDERR_BYTES);
  }
  return kept.trim();
}

interface Failed extends Pick<CallOptions, 'signal'> {
  readonly process: RemoteProcess;
  readonly complaint: Promise<string>;
}

/** A broken link shows as a reply that ends early; the exit knows better. */
async function explain(error: unknown, { process, complaint, signal }: Failed): Promise<unknown> {
  process.kill('KILL').catch(() => undefined);
  const exit = await Promise.race([
    process.exit.then(describeExit, (cause: unknown) => cause),
    untilAborted(signal),
  ]);
  if (signal?.aborted === true) return signal.reason;
  if (isClamshellError(exit) && exit.code === 'CONNECTION_LOST') return exit;
  if (!isClamshellError(error) || error.code !== 'SYNC_REPLY_INVALID') return error;
  const said = await complaint.catch(() => '');
  const details = { cause: error, ...(typeof exit === 'string' && { context: { exit, stderr: said } }) };
  return said === '' ? error : new SyncError('SYNC_REPLY_INVALID', `${error.message}: ${said}`, details);
}

function describeExit({ code }: { readonly code: number }): string {
  return String(code);
}

function untilAborted(signal: AbortSignal | undefined): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) resolve(undefined);
    signal?.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
