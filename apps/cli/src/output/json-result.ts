import { fstatSync, writeFileSync } from 'node:fs';

import { ConfigError } from '@clamshell/core';

import type { CommandContext } from '../context.ts';
import { writeJson } from './json.ts';

export interface ResultWriter {
  write(value: Record<string, unknown>): void;
}

/** The result goes to stdout with --json, and with --json-fd to a descriptor of the caller's. Throws CONFIG_INVALID. */
export function openResult(context: CommandContext): ResultWriter {
  const fd = context.input.count('jsonFd', 3);
  if (fd === undefined) return { write: (value) => writeJson(context, value) };
  if (!isWritableKind(fd)) {
    throw new ConfigError('CONFIG_INVALID', `--json-fd names no open file or pipe: ${fd}`, {
      hint: 'Open it in the shell, as in: clamshell run --json-fd 3 -- make 3>result.json',
    });
  }
  return { write: (value) => writeFileSync(fd, `${JSON.stringify({ ok: true, ...value })}\n`) };
}

/** Node has descriptors of its own, most of which are neither. */
function isWritableKind(fd: number): boolean {
  try {
    const seen = fstatSync(fd);
    return seen.isFile() || seen.isFIFO() || seen.isSocket() || seen.isCharacterDevice();
  } catch {
    return false;
  }
}
