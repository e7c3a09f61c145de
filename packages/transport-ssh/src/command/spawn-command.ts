import { randomBytes } from 'node:crypto';

import { CommandError, type RemoteCommand, type RemoteProcess } from '@clamshell/core';

import { awaitStart, type KillTarget } from './await-start.ts';
import { endCommand, signalCommand } from './end-command.ts';
import { onAbort } from '../connection/on-abort.ts';
import { openChannel } from '../connection/open-channel.ts';
import { iterateBytes } from './read-bytes.ts';
import { adoptChannel, type RunningCommand } from './running-command.ts';
import { settlesWithin } from '../connection/settles-within.ts';
import type { ShellDeps } from './shell-deps.ts';
import { startText } from './start-script.ts';

export interface SpawnedCommand {
  readonly process: RemoteProcess;
  /** Ends the remote process group; every call under way then rejects with `reason`. */
  stop(reason: unknown): Promise<void>;
}

/** Resolves once the command is known to run in its own process group. */
export async function spawnCommand(
  deps: ShellDeps,
  command: RemoteCommand,
  signal: AbortSignal | undefined,
): Promise<SpawnedCommand> {
  const { link, clock, commandSlots: slots } = deps;
  const mark = randomBytes(16).toString('hex');
  const text = startText(mark, command);
  const adopt = (channel: Parameters<typeof adoptChannel>[1]) => adoptChannel(link, channel);
  const running = await openChannel({ link, slots, clock, text, adopt, signal });
  const starting = awaitStart({ ...running, mark });
  let stopping: Promise<void> | undefined;
  const stop = (reason: unknown) => (stopping ??= endCommand(deps, { running, starting, reason }));
  const forget = onAbort([signal], (reason) => void stop(reason));
  running.exit.then(forget, forget);
  const target = await startWithin(deps, running, starting);
  if (signal?.aborted) {
    await stop(signal.reason);
    throw signal.reason;
  }
  // A command that is being ended has no status of its own any more.
  const exit = running.exit.then(async (status) => {
    await stopping;
    running.broken.throwIfAborted();
    return status;
  });
  exit.catch(() => {});
  return { process: asProcess(deps, { ...running, exit }, target), stop };
}

async function startWithin(
  { clock, startTimeoutMs }: ShellDeps,
  running: RunningCommand,
  starting: Promise<KillTarget>,
): Promise<KillTarget> {
  try {
    if (!(await settlesWithin(starting, startTimeoutMs, clock))) {
      const seconds = startTimeoutMs / 1000;
      throw new CommandError(
        'COMMAND_NOT_STARTED',
        `The sandbox's shell showed no sign of the command in ${seconds} s`,
      );
    }
    return await starting;
  } catch (error) {
    running.giveUp(error);
    throw error;
  }
}

function asProcess(deps: ShellDeps, running: RunningCommand, target: KillTarget): RemoteProcess {
  const { stdin, stdout, stderr, exit } = running;
  return {
    stdin,
    stdout: iterateBytes(stdout),
    stderr: iterateBytes(stderr),
    exit,
    kill: (signal) => signalCommand(deps, target, signal),
  };
}
