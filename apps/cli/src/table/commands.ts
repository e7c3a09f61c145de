import type { CommandSpec } from './command-spec.ts';
import { SANDBOX_COMMANDS } from './sandbox-commands.ts';
import { SETUP_COMMANDS } from './setup-commands.ts';
import { WORKSPACE_COMMANDS } from './workspace-commands.ts';

/** Words that hold further commands. */
export const GROUPS: Readonly<Record<string, string>> = {
  config: 'Show and check the configuration',
};

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [
  ...WORKSPACE_COMMANDS,
  ...SANDBOX_COMMANDS,
  ...SETUP_COMMANDS,
];
