import type { SyncDone } from '@clamshell/core';

import type { CommandContext } from '../context.ts';
import { describePhases, describeSync } from './describe.ts';

/** What a sync moved, for people. */
export function reportSync({ reporter }: CommandContext, outcome: SyncDone): void {
  const lines = describeSync(outcome);
  for (const line of lines.length > 0 ? lines : ['both halves are the same']) reporter.note(line);
  reporter.detail(describePhases(outcome.phases));
}
