import type { Clock, ShellRunner } from '@clamshell/core';

import { ChannelSlots } from './channel-slots.ts';
import type { Link } from './open-link.ts';
import { runBuffered } from './run-buffered.ts';
import type { ShellDeps } from './shell-deps.ts';
import { spawnCommand } from './spawn-command.ts';

/** Together what sshd allows a connection by default, `MaxSessions 10`. */
const COMMAND_CHANNELS = 8;
const SIGNAL_CHANNELS = 2;

interface ShellOptions {
  readonly link: Link;
  readonly clock: Clock;
  readonly startTimeoutMs: number;
}

/** Commands over one link, up to eight at a time and in the order of asking beyond that. */
export function createShellRunner(options: ShellOptions): ShellRunner {
  const deps: ShellDeps = {
    ...options,
    commandSlots: new ChannelSlots(COMMAND_CHANNELS),
    signalSlots: new ChannelSlots(SIGNAL_CHANNELS),
  };
  return {
    spawn: async (command, { signal } = {}) => (await spawnCommand(deps, command, signal)).process,
    run: (command, options) => runBuffered(deps, command, options),
  };
}
