import { runBuffered, type ShellRunner, withDeadline, withDeadlineUntilEnd } from '@clamshell/core';

import { type ExecDeps, spawnExec } from './spawn-exec.ts';

/**
 * Commands through `sandbox exec`, one process of the tool for each. Standard input is sent whole, up to 4 MiB, before
 * the command begins.
 */
export function createShellRunner(deps: ExecDeps): ShellRunner {
  const { clock } = deps;
  return {
    spawn: (command, options = {}) =>
      withDeadlineUntilEnd(clock, options, async ({ signal }) => {
        const { process } = await spawnExec(deps, command, signal);
        return { value: process, ended: process.exit };
      }),
    run: (command, options = {}) =>
      withDeadline(clock, options, async ({ signal }) =>
        runBuffered(await spawnExec(deps, command, signal), command),
      ),
  };
}
