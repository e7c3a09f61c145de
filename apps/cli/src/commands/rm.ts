import { writeJson } from '../output/json.ts';
import type { CommandContext } from '../perform.ts';

/** Removes the workspace's sandbox after a last sync; with `discard` without one. */
export async function removeCommand(
  context: CommandContext,
  { discard }: { discard: boolean },
): Promise<number> {
  const { composition, reporter, signal } = context;
  const { session, sandbox } = await composition.open(await context.workspace());
  await using _session = session;
  const removed = await session.remove({ discard, signal });
  reporter.note(removed ? `removed ${sandbox}` : `there was no sandbox ${sandbox}`);
  if (context.json) writeJson(context.streams, { provider: context.provider, sandbox, removed });
  return 0;
}
