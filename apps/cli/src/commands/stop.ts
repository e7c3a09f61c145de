import type { CommandContext } from '../context.ts';
import { writeJson } from '../output/json.ts';
import { reportSync } from '../output/report-sync.ts';
import { locateSandbox } from './locate-sandbox.ts';

/** Brings the workspace home, then stops its sandbox; one that does not run is left as it is. */
export async function stopCommand(context: CommandContext): Promise<number> {
  const { reporter, signal } = context;
  const { sandbox, provider, seen } = await locateSandbox(context);
  const isRunning = seen.phase !== 'absent' && seen.phase !== 'stopped';
  if (isRunning) {
    await bringHome(context);
    await (await context.compose()).lifecycle.stop(sandbox, { signal });
  }
  const phase = seen.phase === 'absent' ? 'absent' : 'stopped';
  reporter.note(phase === 'absent' ? `there is no sandbox ${sandbox}` : `${sandbox} is stopped`);
  writeJson(context, { provider, sandbox, phase, before: seen.phase });
  return 0;
}

/** The connection ends with the session: only then is the sandbox stopped. */
async function bringHome(context: CommandContext): Promise<void> {
  const { progress, signal } = context;
  const { session } = await context.open();
  await using _session = session;
  progress.begin('bring home');
  reportSync(context, await session.sync({ signal, progress: progress.update }));
}
