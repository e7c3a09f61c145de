import type { PhaseTiming } from '@clamshell/core';

import { formatBytes } from './bytes.ts';

const WIDTH = 30;

/** A bar for each phase, as long as its share of the longest one. */
export function drawTimings(phases: readonly PhaseTiming[]): string[] {
  const longest = Math.max(1, ...phases.map(({ ms }) => ms));
  const nameWidth = Math.max(0, ...phases.map(({ name }) => name.length));
  return phases.map(({ name, ms, files, bytes }) => {
    const bar = '█'.repeat(Math.max(1, Math.round((ms / longest) * WIDTH))).padEnd(WIDTH);
    const moved = files === 0 && bytes === 0 ? '' : `  ${files} files, ${formatBytes(bytes)}`;
    return `${name.padEnd(nameWidth)} ${bar} ${String(Math.round(ms)).padStart(6)} ms${moved}`;
  });
}
