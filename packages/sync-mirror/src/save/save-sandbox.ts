import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

import { FsError, SyncError } from '@clamshell/core';

import { SAVE_PROGRAM } from '../programs/save.ts';
import { callProgram } from '../remote/call-program.ts';
import { takeIdentifier } from '../remote/identifier.ts';
import { type MountSync, remoteOf } from '../sync/mount.ts';

/**
 * Archives the sandbox’s half beside the mount’s state, as its tar writes it: nothing of it is believed or unpacked. Leaves
 * no file where it fails. The two blocks of zeros that end a tar are required, since a link may break.
 */
export async function saveSandbox(
  sync: MountSync,
  maxBytes: number,
): Promise<{ readonly file: string; readonly bytes: number }> {
  const { state, clock, newId, signal } = sync;
  const stamp = new Date(clock.now()).toISOString().replaceAll(':', '').slice(0, 17);
  const file = path.join(state.saved, `${stamp}-${takeIdentifier(newId).slice(0, 8)}.tar`);
  await mkdir(state.saved, { recursive: true, mode: 0o700 });
  const temporary = `${file}.part`;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    const receive = (reply: AsyncIterable<Uint8Array>) => write(handle, reply, maxBytes);
    const bytes = await callProgram(
      remoteOf(sync, signal),
      { program: SAVE_PROGRAM, expectedBytes: maxBytes },
      receive,
    );
    await handle.sync();
    await rename(temporary, file);
    return { file, bytes };
  } catch (error) {
    await rm(temporary, { force: true });
    throw classify(error, file);
  } finally {
    await handle.close();
  }
}

const END_BYTES = 1024;

async function write(
  handle: FileHandle,
  reply: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<number> {
  let bytes = 0;
  let tail = Buffer.alloc(0);
  for await (const chunk of reply) {
    bytes += chunk.length;
    if (bytes > maxBytes)
      throw new SyncError('LIMIT_EXCEEDED', `The sandbox’s workspace is larger than ${maxBytes} bytes`);
    await handle.writeFile(chunk);
    tail = Buffer.concat([tail, chunk]).subarray(-END_BYTES);
  }
  const isEnded = tail.length === END_BYTES && tail.every((byte) => byte === 0);
  if (!isEnded) throw new SyncError('ARCHIVE_INVALID', 'The sandbox’s archive has no end');
  return bytes;
}

function classify(error: unknown, file: string): unknown {
  const isSystem = error instanceof Error && 'syscall' in error;
  return isSystem ? new FsError('FILE_IO_FAILED', `Cannot write ${file}`, { cause: error }) : error;
}
