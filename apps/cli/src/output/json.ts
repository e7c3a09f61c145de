import { displayPath, type SyncDone } from '@clamshell/core';

import type { CommandContext } from '../context.ts';

/** A sync as plain data: paths as text for people, escaped where they are not. */
export function syncToJson({
  pushed,
  pulled,
  conflicts,
  withheld,
  problems,
  phases,
}: SyncDone): Record<string, unknown> {
  return {
    pushed,
    pulled,
    conflicts: conflicts.map(({ path, kept }) => ({ path: displayPath(path), kept })),
    withheld: withheld.map(displayPath),
    problems: problems.map(({ path, reason }) => ({ path: displayPath(path), reason })),
    phases,
  };
}

/** The command’s one JSON object on stdout, where --json asks for it. Each has a schema in schema/. */
export function writeJson({ json, streams }: CommandContext, value: Record<string, unknown>): void {
  if (json) streams.stdout.write(`${JSON.stringify({ ok: true, ...value })}\n`);
}
