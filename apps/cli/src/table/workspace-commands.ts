import type { CommandSpec } from './command-spec.ts';

/** Commands on the files of a workspace, and those that work on them. */
export const WORKSPACE_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'run',
    summary: 'Sync, run one command in the sandbox, sync again',
    details: `The exit code, stdin, stdout and stderr are the command’s own. It starts in the directory that mirrors the one you
stand in. Ctrl-C once ends it and still brings its files home; twice stops at once.`,
    arguments: [{ name: '<command...>', description: 'the program and its arguments, after --' }],
    options: [
      {
        flags: '--json-fd <number>',
        description: 'write the JSON result to this open descriptor, and leave stdout to the command',
      },
      { flags: '--timings', description: 'show where the time went' },
    ],
    passThrough: true,
    example: 'clamshell run -C ~/project -- node --test',
    load: async () => (await import('../commands/run.ts')).runCommand,
  },
  {
    name: 'sync',
    summary: 'Merge both halves now: host changes go in, sandbox changes come back',
    example: 'clamshell sync',
    load: async () => (await import('../commands/sync.ts')).syncCommand,
  },
  {
    name: 'push',
    summary: 'Send host changes into the sandbox; nothing comes back',
    details:
      'The same merge with one direction withheld: what changed on both sides is left alone and reported.',
    example: 'clamshell push',
    load: async () => (await import('../commands/sync.ts')).pushCommand,
  },
  {
    name: 'pull',
    summary: 'Bring sandbox changes home; nothing goes in',
    details:
      'The same merge with one direction withheld: what changed on both sides is left alone and reported.',
    example: 'clamshell pull',
    load: async () => (await import('../commands/sync.ts')).pullCommand,
  },
  {
    name: 'status',
    summary: 'Show what a sync would move; change nothing',
    details:
      'Marks: + made, ~ changed, - removed, ! changed on both sides; → in the sandbox, ← on this host.',
    options: [{ flags: '--exit-code', description: 'end with 1 where the halves differ' }],
    example: 'clamshell status',
    load: async () => (await import('../commands/status.ts')).statusCommand,
  },
];
