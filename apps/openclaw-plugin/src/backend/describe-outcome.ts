import { displayPath, type SyncDone } from '@clamshell/core';

/** What a person must know of a run: nothing where both halves simply agreed. */
export interface RunReport {
  readonly conflicts: readonly string[];
  readonly withheld: readonly string[];
  readonly problems: readonly string[];
}

export function reportOf(syncs: readonly SyncDone[]): RunReport {
  return {
    conflicts: unique(syncs, (sync) =>
      sync.conflicts.map(({ path, kept }) => `${displayPath(path)} (kept: ${kept})`),
    ),
    withheld: unique(syncs, (sync) => sync.withheld.map((path) => displayPath(path))),
    problems: unique(syncs, (sync) =>
      sync.problems.map(({ path, reason }) => `${displayPath(path)}: ${reason}`),
    ),
  };
}

/** One line; `undefined` where there is nothing to tell. */
export function summarise({ conflicts, withheld, problems }: RunReport): string | undefined {
  const parts = [
    count(conflicts, 'changed on both sides'),
    count(withheld, 'kept in the sandbox as protected'),
    count(problems, 'not moved'),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : `clamshell: ${parts.join('; ')}`;
}

const SHOWN = 3;

function count(paths: readonly string[], what: string): string | undefined {
  if (paths.length === 0) return undefined;
  const more = paths.length > SHOWN ? `, and ${paths.length - SHOWN} more` : '';
  return `${what}: ${paths.slice(0, SHOWN).join(', ')}${more}`;
}

function unique(syncs: readonly SyncDone[], list: (sync: SyncDone) => readonly string[]): readonly string[] {
  return [...new Set(syncs.flatMap(list))];
}
