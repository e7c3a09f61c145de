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
    name: 'info',
    summary: 'Show what is known of the workspace’s sandbox',
    example: 'clamshell info --json',
    load: async () => (await import('../commands/info.ts')).infoCommand,
  },
  {
    name: 'create',
    summary: 'Make the workspace’s sandbox, if there is none, and wait until it is ready',
    details: 'Other commands do so by themselves when they need it.',
    example: 'clamshell create --provider local',
    load: async () => (await import('../commands/create.ts')).createCommand,
  },
  {
    name: 'start',
    summary: 'Start the workspace’s stopped sandbox',
    example: 'clamshell start',
    load: async () => (await import('../commands/create.ts')).startCommand,
  },
  {
    name: 'stop',
    summary: 'Bring the workspace home, then stop its sandbox',
    details: 'Its files stay in it; the next command starts it again.',
    example: 'clamshell stop',
    load: async () => (await import('../commands/stop.ts')).stopCommand,
  },
  {
    name: 'adopt',
    summary: 'Take a sandbox that was made elsewhere for this workspace',
    details:
      'It must carry no other installation’s label. The next sync unites both halves and deletes nothing.',
    arguments: [{ name: '<sandbox>', description: 'its name at the gateway' }],
    example: 'clamshell adopt my-sandbox',
    load: async () => (await import('../commands/adopt.ts')).adoptCommand,
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
  {
    name: 'prune',
    summary:
      'List sandboxes that OpenClaw 2026.3 has forgotten; with --remove bring them home, then remove them',
    details: `Its "openclaw sandbox recreate" forgets a sandbox without removing it. One whose workspace can’t be brought home is
archived first, or kept.`,
    options: [
      { flags: '--openclaw-state <dir>', description: 'OpenClaw’s state directory, such as ~/.openclaw' },
      { flags: '--remove', description: 'remove what is listed, once its workspace is home' },
    ],
    example: 'clamshell prune --openclaw-state ~/.openclaw --remove',
    load: async () => (await import('../commands/prune.ts')).pruneCommand,
  },
];
