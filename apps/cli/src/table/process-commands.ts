import type { CommandSpec } from './command-spec.ts';

const ID = [{ name: '<id>', description: 'as clamshell ps shows it' }];

/** Commands that go on by themselves, and what leads to them. */
export const PROCESS_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'spawn',
    summary: 'Sync, then start a command that goes on in the background, and print its id',
    details:
      'Its output is kept in the sandbox, the latest few MiB of it; the next sync brings its files home.',
    arguments: [{ name: '<command...>', description: 'the program and its arguments, after --' }],
    passThrough: true,
    example: 'clamshell spawn -- npm run dev',
    load: async () => (await import('../commands/background.ts')).spawnCommand,
  },
  {
    name: 'ps',
    summary: 'List the background commands of the workspace’s sandbox',
    example: 'clamshell ps',
    load: async () => (await import('../commands/background.ts')).processesCommand,
  },
  {
    name: 'attach',
    summary: 'Show what a background command printed and prints until it ends, then bring its files home',
    details: 'The exit code is the command’s. Ctrl-C leaves it running.',
    arguments: ID,
    example: 'clamshell attach "$(clamshell spawn -q -- make)"',
    load: async () => (await import('../commands/background.ts')).attachCommand,
  },
  {
    name: 'kill',
    summary: 'End a background command and all that it started',
    arguments: ID,
    options: [{ flags: '--signal <name>', description: 'TERM when left out, INT or KILL' }],
    example: 'clamshell kill --signal KILL "$ID"',
    load: async () => (await import('../commands/background.ts')).killCommand,
  },
  {
    name: 'logs',
    summary: 'Show what the gateway wrote of the workspace’s sandbox',
    options: [{ flags: '-n, --lines <count>', description: 'how many of the last lines (200)' }],
    example: 'clamshell logs -n 50',
    load: async () => (await import('../commands/logs.ts')).logsCommand,
  },
];
