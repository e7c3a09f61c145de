import type { CommandSpec } from './command-spec.ts';
import { COMMON_OPTIONS } from './common-options.ts';
import { FS_COMMANDS } from './fs-commands.ts';
import { PROCESS_COMMANDS } from './process-commands.ts';
import { SANDBOX_COMMANDS } from './sandbox-commands.ts';
import { SETUP_COMMANDS } from './setup-commands.ts';
import { WORKSPACE_COMMANDS } from './workspace-commands.ts';

/** Words that hold further commands. */
export const GROUPS: Readonly<Record<string, string>> = {
  fs: 'Single files of the sandbox, without a sync',
  config: 'Show and check the configuration',
};

/** Made from the table that it stands in. */
const COMPLETION: CommandSpec = {
  name: 'completion',
  summary: 'Print a script that completes commands and options in your shell',
  arguments: [{ name: '<shell>', description: 'the shell', choices: ['bash', 'zsh', 'fish'] }],
  example: 'source <(clamshell completion bash)',
  load: async () => {
    const { completeFrom } = await import('../commands/completion.ts');
    return completeFrom({ commands: COMMANDS, groups: GROUPS, common: COMMON_OPTIONS });
  },
};

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [
  ...WORKSPACE_COMMANDS,
  ...PROCESS_COMMANDS,
  ...FS_COMMANDS,
  ...SANDBOX_COMMANDS,
  ...SETUP_COMMANDS,
  COMPLETION,
];
