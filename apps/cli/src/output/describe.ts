import { displayPath, type Movement, type PhaseTiming, type SyncDone } from '@clamshell/core';

import { formatBytes } from './bytes.ts';

const MAX_LISTED = 10;

/** One line per direction in which something moved, then what a person should look at. */
export function describeSync(outcome: SyncDone): string[] {
  const { pushed, pulled, conflicts, withheld, problems } = outcome;
  return [
    ...describeMovement('→ sandbox', pushed),
    ...describeMovement('← host', pulled),
    ...limit(
      conflicts.map(
        ({ path, kept }) =>
          `conflict: ${displayPath(path)}: kept the ${kept}’s; choose with: clamshell conflicts`,
      ),
    ),
    ...limit(
      withheld.map(
        (path) => `withheld: ${displayPath(path)} stays in the sandbox: the host would trust or execute it`,
      ),
    ),
    ...limit(problems.map(({ path, reason }) => `left for the next sync: ${displayPath(path)}: ${reason}`)),
  ];
}

function describeMovement(direction: string, { files, removed, bytes }: Movement): string[] {
  if (files === 0 && removed === 0) return [];
  const gone = removed === 0 ? '' : `, ${removed} removed`;
  return [`${direction}: ${files} changed${gone}, ${formatBytes(bytes)}`];
}

function limit(lines: readonly string[]): string[] {
  const more = lines.length - MAX_LISTED;
  return more > 0 ? [...lines.slice(0, MAX_LISTED), `… and ${more} more (see --json)`] : [...lines];
}

/** `ensure 210 ms, scan 12 ms, …`; phases of one name are added up. */
export function describePhases(phases: readonly PhaseTiming[]): string {
  const totals = new Map<string, number>();
  for (const { name, ms } of phases) totals.set(name, (totals.get(name) ?? 0) + ms);
  return [...totals].map(([name, ms]) => `${name} ${Math.round(ms)} ms`).join(', ');
}
