import { randomBytes } from 'node:crypto';

import type { RemoteCommand, Signal, SpawnedCommand } from '@clamshell/core';

import { onAbort } from '../connection/on-abort.ts';
import { awaitStarted } from './await-start.ts';
import { endCommand } from './end-command.ts';
import { withinStartTime } from './open-shell.ts';
import { iterateBytes } from './read-bytes.ts';
import type { RunningCommand } from './running-command.ts';
import type { ShellDeps } from './shell-deps.ts';
import { signalTree } from './signal-tree.ts';
import { SpareShells } from './spare-shells.ts';
import { startLine } from './start-script.ts';

/** Starts commands of one kind. */
export interface CommandStarter {
  /** Resolves once the command is known to run in its own session. */
  spawn(command: RemoteCommand, signal: AbortSignal | undefined): Promise<SpawnedCommand>;
  /** Makes the next start a quick one. */
  prepare(): void;
}

export function createCommandStarter(deps: ShellDeps): CommandStarter {
  const shells = new SpareShells(deps);
  return {
    spawn: (command, signal) => spawnCommand({ ...deps, shells }, command, signal),
    prepare: () => shells.prepare(),
  };
}

async function spawnCommand(
  deps: ShellDeps & { readonly shells: SpareShells },
  command: RemoteCommand,
  signal: AbortSignal | undefined,
): Promise<SpawnedCommand> {
  const tag = randomBytes(16).toString('hex');
  const line = startLine(tag, command);
  const { running, target } = await deps.shells.take(signal);
  const tree = { target, tag };
  let stopping: Promise<void> | undefined;
  const stop = (reason: unknown) => (stopping ??= endCommand(deps, { running, tree, reason }));
  const forget = onAbort([signal], (reason) => void stop(reason));
  running.exit.then(forget, forget);
  // Where the line does not arrive, the outputs say why.
  running.stdin.write(line).catch(() => {});
  await withinStartTime(deps, running, awaitStarted(running, tag));
  if (signal?.aborted) {
    await stop(signal.reason);
    throw signal.reason;
  }
  let isOver = false;
  const settle = () => (isOver = true);
  running.exit.then(settle, settle);
  // A command that is being ended has no status of its own any more.
  const exit = running.exit.then(async (status) => {
    await stopping;
    running.broken.throwIfAborted();
    return status;
  });
  exit.catch(() => {});
  const kill = async (name: Signal) => {
    running.broken.throwIfAborted();
    // What is left of it was left on purpose, and its numbers may be another's by now.
    if (!isOver) await signalTree(deps, tree, name);
  };
  return { process: { ...streamsOf(running), exit, kill }, stop };
}

function streamsOf({ stdin, stdout, stderr }: RunningCommand) {
  return { stdin, stdout: iterateBytes(stdout), stderr: iterateBytes(stderr) };
}
