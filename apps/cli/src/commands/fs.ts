import {
  displayPath,
  escapeControls,
  type FileEntry,
  type FsBridge,
  parseRelPath,
  type ResolvedPath,
} from '@clamshell/core';

import type { CommandContext } from '../context.ts';
import { capture } from '../output/capture.ts';
import { writeJson } from '../output/json.ts';
import { writeAll } from '../output/pump.ts';
import { atPath, withFiles } from './with-files.ts';

/** A file's bytes on stdout, whatever its size; inside JSON up to its cap. */
export async function catCommand(context: CommandContext): Promise<number> {
  const { json, signal, streams } = context;
  return withFiles(context, 'read', async (files, cwd) => {
    const at = atPath(files, context, { cwd });
    const source = readChunks(files, at, signal);
    if (json) writeJson(context, { path: at.sandboxPath, content: await capture(source) });
    else await writeAll(source, streams.stdout);
    return 0;
  });
}

/** One entry a line on stdout: kind and mode, size, time, name. */
export async function listFilesCommand(context: CommandContext): Promise<number> {
  const { json, signal, streams } = context;
  return withFiles(context, 'read', async (files, cwd) => {
    const at = atPath(files, context, { cwd });
    const found = await files.list(at, { signal });
    const entries = found
      .map(({ name, ...entry }) => ({ name: displayPath(parseRelPath(name)), ...entryToJson(entry) }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    writeJson(context, { path: at.sandboxPath, entries });
    for (const { name, ...entry } of json ? [] : entries)
      streams.stdout.write(`${describe(entry)} ${name}\n`);
    return 0;
  });
}

/** What a path is, links followed. Rejects with FILE_NOT_FOUND. */
export async function statCommand(context: CommandContext): Promise<number> {
  const { json, signal, streams } = context;
  return withFiles(context, 'read', async (files, cwd) => {
    const at = atPath(files, context, { cwd });
    const found = await files.stat(at, { signal });
    const entry = found === undefined ? undefined : entryToJson(found);
    writeJson(context, { path: at.sandboxPath, entry });
    if (!json)
      streams.stdout.write(`${entry === undefined ? 'missing' : describe(entry)} ${at.sandboxPath}\n`);
    return entry === undefined ? 1 : 0;
  });
}

/** Lines that match, as `path:line:text` on stdout. */
export async function searchCommand(context: CommandContext): Promise<number> {
  const { input, json, signal, streams } = context;
  const [pattern = ''] = input.args;
  return withFiles(context, 'read', async (files, cwd) => {
    const at = atPath(files, context, { cwd, index: 1 });
    const maxMatches = input.count('max', 1) ?? MAX_MATCHES;
    const matches: { path: string; line: number; text: string }[] = [];
    for await (const { path, line, text } of files.search?.(at, { pattern, maxMatches, signal }) ?? []) {
      matches.push({ path: path === undefined ? '.' : displayPath(path), line, text });
    }
    writeJson(context, { path: at.sandboxPath, pattern, matches });
    for (const { path, line, text } of json ? [] : matches)
      streams.stdout.write(`${path}:${line}:${escapeControls(text)}\n`);
    return matches.length === 0 ? 1 : 0;
  });
}

const MAX_MATCHES = 10_000;

async function* readChunks(
  files: FsBridge,
  at: ResolvedPath,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (files.stream !== undefined) yield* files.stream(at, { signal });
  else yield (await files.read(at, { maxBytes: 64 * 1024 ** 2, signal })).bytes;
}

interface EntryJson {
  readonly kind: FileEntry['kind'];
  readonly size: number;
  readonly mode: string;
  readonly mtime: string;
}

function entryToJson({ kind, size, mode, mtimeNs }: FileEntry): EntryJson {
  const mtime = new Date(Number(mtimeNs / 1_000_000n)).toISOString();
  return { kind, size, mode: mode.toString(8).padStart(4, '0'), mtime };
}

function describe({ kind, mode, size, mtime }: EntryJson): string {
  return `${kind.padEnd(9)} ${mode} ${String(size).padStart(10)} ${mtime}`;
}
