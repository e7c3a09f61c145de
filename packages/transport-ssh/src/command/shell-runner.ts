import { type ShellRunner, withDeadline, withDeadlineUntilEnd } from '@clamshell/core';

import { runBuffered } from './run-buffered.ts';
import type { ShellDeps } from './shell-deps.ts';
import { spawnCommand } from './spawn-command.ts';

/** Commands over one link; those beyond its turns wait, in the order of asking. */
export function createShellRunner(deps: ShellDeps): ShellRunner {
  const { clock } = deps;
  return {
    spawn: (command, options = {}) =>
      withDeadlineUntilEnd(clock, options, async ({ signal }) => {
        const { process } = await spawnCommand(deps, command, signal);
        return { value: process, ended: process.exit };
      }),
    run: (command, options = {}) =>
      withDeadline(clock, options, (bound) => runBuffered(deps, command, bound)),
  };
}
