import type { CommandContext } from '../context.ts';
import { writeJson } from '../output/json.ts';

/** Removes the workspace's sandbox after a last sync; with --discard without one. */
export async function removeCommand(context: CommandContext): Promise<number> {
  const { input, progress, reporter, signal } = context;
  const { session, sandbox } = await context.open();
  await using _session = session;
  progress.begin('bring home');
  const removed = await session.remove({ discard: input.flag('discard'), signal, progress: progress.update });
  reporter.note(removed ? `removed ${sandbox}` : `there was no sandbox ${sandbox}`);
  const { config } = await context.settings();
  writeJson(context, { provider: config.provider, sandbox, removed });
  return 0;
}
