import type { RelPath } from '@clamshell/core';
import { type ArchiveSource, writeArchive } from '@clamshell/host';

import type { LocalShellOptions } from './mirror-local-shell.ts';

export type Tamper = NonNullable<LocalShellOptions['tamper']>;
type IsProgram = (program: string) => boolean;

export const isScan: IsProgram = (program) => program.includes('clamshell-scan');
export const isPush: IsProgram = (program) => program.includes('clamshell-push');
export const isPull: IsProgram = (program) => program.includes('tar -c');
export const isDigest: IsProgram = (program) => program.includes('sha256sum');

/** Replaces what follows the mark in the output of one program. */
export function tamperReply(isIt: IsProgram, damage: (reply: Buffer) => Buffer | Promise<Buffer>): Tamper {
  return (program, output) => (isIt(program) ? damaged(output, damage) : output);
}

async function* damaged(
  output: AsyncIterable<Uint8Array>,
  damage: (reply: Buffer) => Buffer | Promise<Buffer>,
): AsyncGenerator<Uint8Array> {
  const whole = await collect(output);
  const start = whole.indexOf('\n', 1) + 1;
  yield whole.subarray(0, start);
  yield await damage(whole.subarray(start));
}

/** Replaces all of it, the mark too. */
export function tamperAll(isIt: IsProgram, make: () => Iterable<Uint8Array>): Tamper {
  return (program, output) => (isIt(program) ? insteadOf(output, make) : output);
}

async function* insteadOf(
  output: AsyncIterable<Uint8Array>,
  make: () => Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  await collect(output);
  yield* make();
}

/** Puts something in front of it, as a login profile may. */
export function tamperBefore(isIt: IsProgram, noise: Uint8Array): Tamper {
  return (program, output) => (isIt(program) ? after(noise, output) : output);
}

async function* after(noise: Uint8Array, output: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield noise;
  yield* output;
}

export function replaceText(from: string, to: string): (reply: Buffer) => Buffer {
  return (reply) => Buffer.from(reply.toString('latin1').replaceAll(from, to), 'latin1');
}

/** Sends these entries, whatever it was asked for. */
export function sends(...sources: ArchiveSource[]): Tamper {
  return tamperReply(isPull, () => tarOf(...sources));
}

export async function tarOf(...sources: ArchiveSource[]): Promise<Buffer> {
  const each = async function* (): AsyncGenerator<ArchiveSource> {
    yield* sources;
  };
  return collect(writeArchive(each()));
}

const NO_BODY = { mode: 0o755, mtimeNs: 0n, size: 0 };

export function fileMember(name: string, content: string): ArchiveSource {
  const entry = {
    path: name as RelPath,
    kind: 'file',
    mode: 0o644,
    mtimeNs: 0n,
    size: content.length,
  } as const;
  return { entry, body: [Buffer.from(content)] };
}

export function directoryMember(name: string): ArchiveSource {
  return { entry: { ...NO_BODY, path: name as RelPath, kind: 'directory' } };
}

export function linkMember(name: string, target: string): ArchiveSource {
  return { entry: { ...NO_BODY, path: name as RelPath, kind: 'symlink', target } };
}

/** The first member's header says it is 1 TiB long. */
export function inflated(tar: Buffer): Buffer {
  const block = Buffer.from(tar);
  block.fill(0, 124, 136);
  block[124] = 0x80;
  block.writeBigUInt64BE(2n ** 40n, 128);
  block.fill(' ', 148, 156);
  const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** The first member is a hard link to `target`. */
export function hardLinked(tar: Buffer, target: string): Buffer {
  const block = Buffer.from(tar);
  block.write('00000000000\0', 124, 'latin1');
  block.write('1', 156, 'latin1');
  block.write(target, 157, 'latin1');
  block.fill(' ', 148, 156);
  const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([block.subarray(0, 512), Buffer.alloc(1024)]);
}

async function collect(output: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of output) chunks.push(chunk);
  return Buffer.concat(chunks);
}
