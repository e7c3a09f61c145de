import { displayPath, type PlannedAction, SyncError } from '@clamshell/core';

import { writeJson } from '../output/json.ts';
import type { CommandContext } from '../perform.ts';

const MARKS = { create: '+', update: '~', remove: '-' } as const;

/** Prints the plan of a sync on stdout: `+ sandbox path` for a creation there, `~` a change, `-` a removal, `!` a conflict. */
export async function statusCommand(context: CommandContext): Promise<number> {
  const { composition, reporter, signal, streams } = context;
  const { session, sandbox } = await composition.open(await context.workspace());
  await using _session = session;
  const plan = await session.plan({ signal });
  if (plan.status === 'halted') {
    throw new SyncError('SYNC_HALTED', `A sync would halt: ${plan.reason}`, {
      context: { reason: plan.reason },
    });
  }
  const conflicts = plan.conflicts.map(({ path, kept }) => ({ path: displayPath(path), kept }));
  const withheld = plan.withheld.map(displayPath);
  if (context.json) {
    const actions = plan.actions.map((action) => ({ ...action, path: displayPath(action.path) }));
    writeJson(streams, { provider: context.provider, sandbox, actions, conflicts, withheld });
    return 0;
  }
  const lines = [...plan.actions.map(describeAction), ...conflicts.map(({ path }) => `! both    ${path}`)];
  for (const line of lines) streams.stdout.write(`${line}\n`);
  if (lines.length === 0) reporter.note('both halves are the same');
  return 0;
}

function describeAction({ on, change, path }: PlannedAction): string {
  return `${MARKS[change]} ${on.padEnd(7)} ${displayPath(path)}`;
}
