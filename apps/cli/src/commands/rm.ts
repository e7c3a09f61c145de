import type { CommandContext } from '../context.ts';
import { formatBytes } from '../output/bytes.ts';
import { writeJson } from '../output/json.ts';

/** Removes the workspace's sandbox after a last sync; with --discard without one. */
export async function removeCommand(context: CommandContext): Promise<number> {
  const { input, progress, reporter, signal } = context;
  const { session, sandbox } = await context.open();
  await using _session = session;
  progress.begin('bring home');
  const discard = input.flag('discard');
  const { wasThere: removed, saved } = await session.remove({ discard, signal, progress: progress.update });
  for (const { file, bytes } of saved) reporter.note(`saved ${file}, ${formatBytes(bytes)}`);
  reporter.note(removed ? `removed ${sandbox}` : `there was no sandbox ${sandbox}`);
  const { config } = await context.settings();
  writeJson(context, { provider: config.provider, sandbox, removed, saved });
  return 0;
}
