import { displayPath, type SyncDone } from '@clamshell/core';

import type { CliStreams } from './reporter.ts';

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

export function writeJson(streams: CliStreams, value: Record<string, unknown>): void {
  streams.stdout.write(`${JSON.stringify({ ok: true, ...value })}\n`);
}
