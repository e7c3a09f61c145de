import { describePhases, describeSync } from '../output/describe.ts';
import { syncToJson, writeJson } from '../output/json.ts';
import type { CommandContext } from '../perform.ts';

export async function syncCommand(context: CommandContext): Promise<number> {
  const { composition, reporter, signal } = context;
  const { session, sandbox } = await composition.open(await context.workspace());
  await using _session = session;
  const outcome = await session.sync({ signal });
  const lines = describeSync(outcome);
  for (const line of lines.length > 0 ? lines : ['both halves are the same']) reporter.note(line);
  reporter.detail(describePhases(outcome.phases));
  if (context.json)
    writeJson(context.streams, { provider: context.provider, sandbox, ...syncToJson(outcome) });
  return 0;
}
