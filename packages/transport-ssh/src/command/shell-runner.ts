import {
  type Clock,
  runBuffered,
  type ShellRunner,
  withDeadline,
  withDeadlineUntilEnd,
} from '@clamshell/core';

import type { CommandStarter } from './spawn-command.ts';

/** Commands over one link; those beyond its turns wait, in the order of asking. */
export function createShellRunner(starter: CommandStarter, clock: Clock): ShellRunner {
  return {
    spawn: (command, options = {}) =>
      withDeadlineUntilEnd(clock, options, async ({ signal }) => {
        const { process } = await starter.spawn(command, signal);
        return { value: process, ended: process.exit };
      }),
    run: (command, options = {}) =>
      withDeadline(clock, options, async ({ signal }) =>
        runBuffered(await starter.spawn(command, signal), command),
      ),
  };
}
