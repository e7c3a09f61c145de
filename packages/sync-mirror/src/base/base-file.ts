import type { RelPath, SandboxId } from '@clamshell/core';
import { SyncError } from '@clamshell/core';
import { readTextFile, writeFileAtomic } from '@clamshell/host';

import type { Base, BaseEntry } from './base.ts';
import { formatEntry, formatWithheld, parseLine } from './base-lines.ts';

const FORMAT = 'clamshell-base';
const VERSION = 1;

/** One line of JSON for the head, one for each entry, and `"end"`, so that a cut file is never taken for a base. */
export function formatBase({ sandboxId, nonce, run, tree, withheld, devices }: Base): string {
  const lines = [JSON.stringify({ format: FORMAT, version: VERSION, sandboxId, nonce, run, devices })];
  for (const [path, entry] of tree) lines.push(formatEntry(path, entry));
  for (const [path, fingerprint] of withheld) lines.push(formatWithheld(path, fingerprint));
  lines.push('"end"', '');
  return lines.join('\n');
}

/** `undefined` for text that `formatBase` of this version did not write. */
export function parseBase(text: string): Base | undefined {
  const lines = text.split('\n');
  const head = parseHead(lines[0] ?? '');
  if (head === undefined || lines.at(-1) !== '' || lines.at(-2) !== '"end"') return undefined;
  const tree = new Map<RelPath, BaseEntry>();
  const withheld = new Map<RelPath, string>();
  for (const text of lines.slice(1, -2)) {
    const line = parseLine(text);
    if (line === undefined) return undefined;
    if (line.kind === 'entry') tree.set(line.path, line.entry);
    else withheld.set(line.path, line.fingerprint);
  }
  return { ...head, tree, withheld };
}

function parseHead(line: string): Pick<Base, 'sandboxId' | 'nonce' | 'run' | 'devices'> | undefined {
  const head = parseObject(line);
  if (head?.['format'] !== FORMAT || head['version'] !== VERSION) return undefined;
  const { sandboxId, nonce, run } = head;
  if (typeof sandboxId !== 'string' || typeof nonce !== 'string' || typeof run !== 'string') return undefined;
  const devices = parseDevices(head['devices']);
  return { sandboxId: sandboxId as SandboxId, nonce, run, ...(devices !== undefined && { devices }) };
}

function parseDevices(value: unknown): Base['devices'] {
  if (typeof value !== 'object' || value === null) return undefined;
  const { host, sandbox } = value as Readonly<Record<string, unknown>>;
  const toText = (device: unknown) => (typeof device === 'string' ? device : undefined);
  return { host: toText(host), sandbox: toText(sandbox) };
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The base as it was last written; `undefined` before the first sync. Throws STATE_INVALID for anything else. */
export async function readBase(file: string): Promise<Base | undefined> {
  const text = await readTextFile(file);
  if (text === undefined) return undefined;
  const base = parseBase(text);
  if (base !== undefined) return base;
  throw new SyncError('STATE_INVALID', `Not a base of this version of Clamshell: ${file}`, {
    hint: 'Move the file aside. The next sync then merges both sides without removing anything.',
  });
}

/** Durable when it resolves. */
export async function writeBase(file: string, base: Base): Promise<void> {
  await writeFileAtomic(file, formatBase(base), { mode: 0o600 });
}
