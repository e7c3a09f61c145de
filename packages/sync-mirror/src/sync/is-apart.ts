import { parentOf, type RelPath } from '@clamshell/core';

import type { Step } from '../plan/step.ts';

/** True where no step of one side’s bears on one of the other’s: by conflict, by path, or by a repository of both. */
export function isApart(ones: readonly Step[], others: readonly Step[]): boolean {
  if ([...ones, ...others].some(({ isConflict }) => isConflict)) return false;
  const [places, otherPlaces] = [placesOf(ones), placesOf(others)];
  return !others.some((step) => bearsOn(step, places)) && !ones.some((step) => bearsOn(step, otherPlaces));
}

interface Places {
  readonly paths: ReadonlySet<RelPath>;
  readonly units: ReadonlySet<string>;
}

function placesOf(steps: readonly Step[]): Places {
  return {
    paths: new Set(steps.map(({ path }) => path)),
    units: new Set(steps.flatMap(({ git }) => (git === undefined ? [] : [git.unit]))),
  };
}

/** At or below one of these paths, or in one of these repositories. */
function bearsOn({ path, git }: Step, { paths, units }: Places): boolean {
  if (git !== undefined && units.has(git.unit)) return true;
  for (let above: RelPath | undefined = path; above !== undefined; above = parentOf(above))
    if (paths.has(above)) return true;
  return false;
}
