import type { SyncDirection } from '@clamshell/core';

import { givenPaths } from '../config/given-paths.ts';
import type { CommandContext } from '../context.ts';
import { syncToJson, writeJson } from '../output/json.ts';
import { reportSync } from '../output/report-sync.ts';

export const syncCommand = (context: CommandContext) => sync(context, 'both');
export const pushCommand = (context: CommandContext) => sync(context, 'push');
export const pullCommand = (context: CommandContext) => sync(context, 'pull');

async function sync(context: CommandContext, direction: SyncDirection): Promise<number> {
  const { progress, signal } = context;
  const paths = await givenPaths(context);
  const { session, sandbox } = await context.open();
  await using _session = session;
  progress.begin('connect');
  const outcome = await session.sync({ direction, paths, signal, progress: progress.update });
  reportSync(context, outcome);
  const { config } = await context.settings();
  writeJson(context, { provider: config.provider, sandbox, direction, ...syncToJson(outcome) });
  return 0;
}
