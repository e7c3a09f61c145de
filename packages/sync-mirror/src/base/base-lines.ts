import { asRelPath, type RelPath } from '@clamshell/core';

import type { BaseEntry, BaseFile, SeenStat } from './base.ts';

/** One entry of a base as one line of JSON; integers beyond 2^53 as text. */
export function formatEntry(path: RelPath, entry: BaseEntry): string {
  if (entry.kind === 'directory') return JSON.stringify(['d', path]);
  if (entry.kind === 'symlink') return JSON.stringify(['l', path, entry.target]);
  const old = LINES.get(entry);
  if (old?.path === path) return old.line;
  const { digest, executable, host, sandbox } = entry;
  const line = JSON.stringify(['f', path, digest, executable, ...formatStat(host), ...formatStat(sandbox)]);
  LINES.set(entry, { path, line });
  return line;
}

/** Most entries are the same objects from one base to the next. */
const LINES = new WeakMap<BaseFile, { readonly path: RelPath; readonly line: string }>();

export function formatWithheld(path: RelPath, fingerprint: string): string {
  return JSON.stringify(['w', path, fingerprint]);
}

function formatStat({ size, mtimeNs, ctimeNs, inode, isRacy }: SeenStat): readonly unknown[] {
  return [size, String(mtimeNs), String(ctimeNs), String(inode), isRacy];
}

export type BaseLine =
  | { readonly kind: 'entry'; readonly path: RelPath; readonly entry: BaseEntry }
  | { readonly kind: 'withheld'; readonly path: RelPath; readonly fingerprint: string };

/** `undefined` for a line that none of the above wrote. */
export function parseLine(line: string): BaseLine | undefined {
  const words = parseArray(line);
  const [kind, name, ...rest] = words ?? [];
  const path = typeof name === 'string' ? asRelPath(name) : undefined;
  if (path === undefined) return undefined;
  if (kind === 'd' && rest.length === 0) return { kind: 'entry', path, entry: { kind: 'directory' } };
  const [text] = rest;
  if (kind === 'w' && rest.length === 1 && typeof text === 'string')
    return { kind: 'withheld', path, fingerprint: text };
  if (kind === 'l' && rest.length === 1 && typeof text === 'string') {
    return { kind: 'entry', path, entry: { kind: 'symlink', target: text } };
  }
  return kind === 'f' && rest.length === 12 ? parseFile(path, rest) : undefined;
}

function parseArray(line: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function parseFile(path: RelPath, [digest, executable, ...stats]: readonly unknown[]): BaseLine | undefined {
  const host = parseStat(stats.slice(0, 5));
  const sandbox = parseStat(stats.slice(5));
  if (typeof digest !== 'string' || !/^[0-9a-f]{64}$/.test(digest) || typeof executable !== 'boolean')
    return undefined;
  if (host === undefined || sandbox === undefined) return undefined;
  return { kind: 'entry', path, entry: { kind: 'file', digest, executable, host, sandbox } };
}

function parseStat([size, mtime, ctime, inode, isRacy]: readonly unknown[]): SeenStat | undefined {
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || typeof isRacy !== 'boolean')
    return undefined;
  const [mtimeNs, ctimeNs, inodeNumber] = [mtime, ctime, inode].map(parseInteger);
  if (mtimeNs === undefined || ctimeNs === undefined || inodeNumber === undefined) return undefined;
  return { size, mtimeNs, ctimeNs, inode: inodeNumber, isRacy };
}

function parseInteger(text: unknown): bigint | undefined {
  return typeof text === 'string' && /^-?\d{1,24}$/.test(text) ? BigInt(text) : undefined;
}
