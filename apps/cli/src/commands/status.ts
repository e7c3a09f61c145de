import { displayPath, SyncError, type SyncPlan } from '@clamshell/core';

import type { CommandContext } from '../context.ts';
import { givenPaths } from '../config/given-paths.ts';
import { EXIT } from '../exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { drawTree, markOf } from '../output/plan-tree.ts';

/** What a sync would do, as a tree on stdout; changes nothing. */
export async function statusCommand(context: CommandContext): Promise<number> {
  const { input, progress, reporter, signal, streams } = context;
  const paths = await givenPaths(context);
  const { session, sandbox } = await context.open();
  await using _session = session;
  progress.begin('compare');
  const plan = await session.plan({ paths, signal, progress: progress.update });
  if (plan.status === 'halted') throw haltedPlan(plan.reason);
  const { config } = await context.settings();
  writeJson(context, { provider: config.provider, sandbox, ...planToJson(plan) });
  progress.clear();
  const conflicts = plan.conflicts.map(({ path }) => ({ path, mark: '!', side: 'both' }) as const);
  const lines = context.json ? [] : drawTree([...plan.actions.map(markOf), ...conflicts]);
  for (const line of lines) streams.stdout.write(`${line}\n`);
  const isSame = plan.actions.length + conflicts.length === 0;
  reporter.note(
    isSame ? 'both halves are the same' : '→ into the sandbox, ← to this host, ! changed on both sides',
  );
  return !isSame && input.flag('exitCode') ? EXIT.differs : EXIT.done;
}

type Planned = Extract<SyncPlan, { status: 'planned' }>;

function haltedPlan(reason: string): SyncError {
  return new SyncError('SYNC_HALTED', `A sync would halt: ${reason}`, { context: { reason } });
}

function planToJson({ actions, conflicts, withheld }: Planned): Record<string, unknown> {
  return {
    actions: actions.map(({ on, change, path }) => ({ on, change, path: displayPath(path) })),
    conflicts: conflicts.map(({ path, kept }) => ({ path: displayPath(path), kept })),
    withheld: withheld.map(displayPath),
  };
}
