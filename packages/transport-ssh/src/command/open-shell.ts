import { randomBytes } from 'node:crypto';

import { CommandError } from '@clamshell/core';

import { openChannel } from '../connection/open-channel.ts';
import { settlesWithin } from '../connection/settles-within.ts';
import { awaitReady, type KillTarget } from './await-start.ts';
import { adoptChannel, type RunningCommand } from './running-command.ts';
import type { ShellDeps } from './shell-deps.ts';
import { shellText } from './start-script.ts';

/** A shell that leads a process group and waits for the line that makes it a command. Nothing is lost by dropping it. */
export interface ReadyShell {
  readonly running: RunningCommand;
  readonly target: KillTarget;
}

export async function openShell(deps: ShellDeps, signal: AbortSignal | undefined): Promise<ReadyShell> {
  const { link, clock, slots } = deps;
  const mark = randomBytes(16).toString('hex');
  const adopt = (channel: Parameters<typeof adoptChannel>[1]) => adoptChannel(link, channel);
  const running = await openChannel({ link, slots, clock, text: shellText(mark), adopt, signal });
  const target = await withinStartTime(deps, running, awaitReady(running, mark));
  if (signal?.aborted !== true) return { running, target };
  running.giveUp(signal.reason);
  throw signal.reason;
}

/** What the shell says next; where it fails or takes too long, the channel is given up. */
export async function withinStartTime<Value>(
  { clock, startTimeoutMs }: ShellDeps,
  running: RunningCommand,
  sign: Promise<Value>,
): Promise<Value> {
  try {
    if (await settlesWithin(sign, startTimeoutMs, clock)) return await sign;
    throw new CommandError(
      'COMMAND_NOT_STARTED',
      `The sandbox's shell showed no sign of the command in ${startTimeoutMs / 1000} s`,
    );
  } catch (error) {
    running.giveUp(error);
    throw error;
  }
}
