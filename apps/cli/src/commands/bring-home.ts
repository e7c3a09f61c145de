import type { CommandContext } from '../context.ts';
import { syncToJson, writeJson } from '../output/json.ts';
import { reportSync } from '../output/report-sync.ts';

/** What the sandbox holds comes to the host. */
export async function bringHomeCommand(context: CommandContext): Promise<number> {
  const { progress, signal } = context;
  const { session, sandbox } = await context.open();
  await using _session = session;
  progress.begin('bring home');
  const outcome = await session.bringHome({ signal, progress: progress.update });
  reportSync(context, outcome);
  const { config } = await context.settings();
  writeJson(context, { provider: config.provider, sandbox, ...syncToJson(outcome) });
  return 0;
}
