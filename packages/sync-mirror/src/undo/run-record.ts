import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { asRelPath, type RelPath, type Side, SyncError } from '@clamshell/core';
import { readTextFile, removeFile, writeFileAtomic } from '@clamshell/host';

/** One version in a run’s part of the undo store. */
export interface KeptVersion {
  readonly path: RelPath;
  /** Whose version it is: what lost in the sandbox is kept on the host too. */
  readonly of: Side;
  readonly kind: 'file' | 'program' | 'symlink' | 'directory';
  readonly bytes: number;
}

export interface RunConflict {
  readonly path: RelPath;
  readonly kept: Side;
  readonly isOpen: boolean;
}

/** What one run replaced or removed on the host, and what lost a conflict. */
export interface RunRecord {
  readonly id: string;
  readonly atMs: number;
  readonly kept: readonly KeptVersion[];
  readonly conflicts: readonly RunConflict[];
}

export async function writeRun(directory: string, { id, atMs, kept, conflicts }: RunRecord): Promise<void> {
  const lines = [
    JSON.stringify({ format: FORMAT, id, atMs }),
    ...kept.map((each) => JSON.stringify(['kept', each.path, each.of, each.kind, each.bytes])),
    ...conflicts.map((each) => JSON.stringify(['conflict', each.path, each.kept, each.isOpen])),
    '"end"\n',
  ];
  await writeFileAtomic(fileOf(directory, id), lines.join('\n'), { mode: 0o600 });
}

export async function removeRun(directory: string, id: string): Promise<void> {
  await removeFile(fileOf(directory, id));
}

const FORMAT = 'clamshell-run 1';

function fileOf(directory: string, id: string): string {
  return path.join(directory, `${id}.jsonl`);
}

/** Oldest first. Throws STATE_INVALID for a file that is no record. */
export async function readRuns(directory: string): Promise<readonly RunRecord[]> {
  const names = await listNames(directory);
  const files = names
    .filter((name) => /^[0-9a-f]{32}\.jsonl$/.test(name))
    .map((name) => path.join(directory, name));
  const runs: RunRecord[] = [];
  for (let at = 0; at < files.length; at += READ_AT_ONCE)
    runs.push(...(await Promise.all(files.slice(at, at + READ_AT_ONCE).map(readRun))));
  return runs.sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
}

const READ_AT_ONCE = 32;

async function readRun(file: string): Promise<RunRecord> {
  const text = await readTextFile(file);
  const run = text === undefined ? undefined : parseRun(text.split('\n'));
  if (run === undefined) throw new SyncError('STATE_INVALID', `Not a record of a run: ${file}`);
  return run;
}

async function listNames(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function parseRun(lines: readonly string[]): RunRecord | undefined {
  const [head, ...rows] = lines.filter((line) => line !== '').map(parseJson);
  const { format, id, atMs } = (head ?? {}) as Readonly<Record<string, unknown>>;
  if (format !== FORMAT || typeof id !== 'string' || typeof atMs !== 'number') return undefined;
  if (rows.pop() !== 'end') return undefined;
  const kept: KeptVersion[] = [];
  const conflicts: RunConflict[] = [];
  for (const row of rows) {
    const [kind, ...rest] = Array.isArray(row) ? (row as readonly unknown[]) : [];
    const parsed = kind === 'kept' ? parseKept(rest) : kind === 'conflict' ? parseConflict(rest) : undefined;
    if (parsed === undefined) return undefined;
    if ('of' in parsed) kept.push(parsed);
    else conflicts.push(parsed);
  }
  return { id, atMs, kept, conflicts };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const KINDS: readonly unknown[] = ['file', 'program', 'symlink', 'directory'];

function parseKept([name, of, kind, bytes]: readonly unknown[]): KeptVersion | undefined {
  const path = typeof name === 'string' ? asRelPath(name) : undefined;
  if (path === undefined || !isSide(of) || !KINDS.includes(kind) || typeof bytes !== 'number')
    return undefined;
  return { path, of, kind: kind as KeptVersion['kind'], bytes };
}

function parseConflict([name, kept, isOpen]: readonly unknown[]): RunConflict | undefined {
  const path = typeof name === 'string' ? asRelPath(name) : undefined;
  if (path === undefined || !isSide(kept) || typeof isOpen !== 'boolean') return undefined;
  return { path, kept, isOpen };
}

function isSide(value: unknown): value is Side {
  return value === 'host' || value === 'sandbox';
}

/** Bytes that a run keeps on the host. */
export function bytesOf({ kept }: RunRecord): number {
  return kept.reduce((sum, { bytes }) => sum + bytes, 0);
}

export function isOpenRun({ conflicts }: RunRecord): boolean {
  return conflicts.some(({ isOpen }) => isOpen);
}
