import { LifecycleError } from '@clamshell/core';

import type { CommandContext } from '../context.ts';
import { writeJson } from '../output/json.ts';
import { locateSandbox } from './locate-sandbox.ts';

/** Makes the workspace's sandbox where there is none, and waits until it is ready. */
export const createCommand = (context: CommandContext) => bringUp(context, { mayCreate: true });

/** Starts the workspace's stopped sandbox. Rejects with SANDBOX_NOT_FOUND where there is none. */
export const startCommand = (context: CommandContext) => bringUp(context, { mayCreate: false });

async function bringUp(context: CommandContext, { mayCreate }: { mayCreate: boolean }): Promise<number> {
  const { progress, reporter, signal } = context;
  const { sandbox, provider, seen } = await locateSandbox(context);
  const isAbsent = seen.phase === 'absent';
  if (isAbsent && !mayCreate) {
    throw new LifecycleError('SANDBOX_NOT_FOUND', `There is no sandbox ${sandbox}`, {
      hint: 'Make it with: clamshell create',
    });
  }
  const { session } = await context.open();
  await using _session = session;
  progress.begin(isAbsent ? 'create' : 'start');
  await session.ensure({ signal, progress: progress.update });
  reporter.note(`${sandbox} is ${seen.phase === 'ready' ? 'ready already' : 'ready'}`);
  writeJson(context, { provider, sandbox, phase: 'ready', before: seen.phase });
  return 0;
}
