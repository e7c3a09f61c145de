import type { CommandSpec } from './command-spec.ts';

/** Commands on sandboxes. */
export const SANDBOX_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'ls',
    summary: 'List the sandboxes of the gateway',
    example: 'clamshell ls --json',
    load: async () => (await import('../commands/ls.ts')).listCommand,
  },
  {
    name: 'rm',
    summary: 'Bring the workspace home, then remove its sandbox',
    options: [
      {
        flags: '--discard',
        description: 'remove it even where its workspace can’t be brought home, and give up what it holds',
      },
    ],
    example: 'clamshell rm -C ~/project',
    load: async () => (await import('../commands/rm.ts')).removeCommand,
  },
];
