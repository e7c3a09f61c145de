import type { CommandSpec } from './command-spec.ts';

const PATHS = [
  { name: '[path...]', description: 'only these and what lies below them; everything when left out' },
];

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
    arguments: PATHS,
    example: 'clamshell sync',
    load: async () => (await import('../commands/sync.ts')).syncCommand,
  },
  {
    name: 'push',
    arguments: PATHS,
    summary: 'Send host changes into the sandbox; nothing comes back',
    details:
      'The same merge with one direction withheld: what changed on both sides is left alone and reported.',
    example: 'clamshell push',
    load: async () => (await import('../commands/sync.ts')).pushCommand,
  },
  {
    name: 'pull',
    arguments: PATHS,
    summary: 'Bring sandbox changes home; nothing goes in',
    details:
      'The same merge with one direction withheld: what changed on both sides is left alone and reported.',
    example: 'clamshell pull',
    load: async () => (await import('../commands/sync.ts')).pullCommand,
  },
  {
    name: 'status',
    arguments: PATHS,
    summary: 'Show what a sync would move; change nothing',
    details:
      'Marks: + made, ~ changed, - removed, ! changed on both sides; → in the sandbox, ← on this host.',
    options: [{ flags: '--exit-code', description: 'end with 1 where the halves differ' }],
    example: 'clamshell status',
    load: async () => (await import('../commands/status.ts')).statusCommand,
  },
  {
    name: 'bring-home',
    summary: 'Bring to the host what the sandbox holds',
    details: `In mode remote, where the sandbox is the truth, this is how its work comes home; conflicts are kept. In mode mirror it
is a sync.`,
    example: 'clamshell bring-home',
    load: async () => (await import('../commands/bring-home.ts')).bringHomeCommand,
  },
  {
    name: 'resume',
    summary: 'Go on after a halt, once you have looked at both sides',
    details: `A sync halts where going on could destroy work: a side emptied, shrunk or gone. What is then removed or replaced can be
had again with undo.`,
    options: [
      { flags: '--retry', description: 'you put it right: try again' },
      { flags: '--take-host', description: 'what is missing on the host was meant to go' },
      { flags: '--take-sandbox', description: 'what is missing in the sandbox was meant to go' },
    ],
    example: 'clamshell resume --take-host',
    load: async () => (await import('../commands/resume.ts')).resumeCommand,
  },
  {
    name: 'conflicts',
    summary: 'List what changed on both sides and nobody has resolved, or resolve it',
    details: `At a conflict one version stays in place and the other is kept. With --take, the version of that side is put on the
host, and the next sync carries it on; the one it replaces can be had again with undo.`,
    arguments: [{ name: '[path...]', description: 'resolve only these; all when left out' }],
    options: [
      { flags: '--take <side>', description: 'whose version is to stay', choices: ['host', 'sandbox'] },
    ],
    example: 'clamshell conflicts --take sandbox src/main.c',
    load: async () => (await import('../commands/conflicts.ts')).conflictsCommand,
  },
  {
    name: 'undo',
    summary: 'Put back what a sync replaced or removed on this host',
    details: 'Without a run, the newest. What stands there now is kept in its turn: an undo can be undone.',
    arguments: [{ name: '[run]', description: 'which sync, as --list names it' }],
    options: [{ flags: '--list', description: 'only list what can be undone, newest first' }],
    example: 'clamshell undo',
    load: async () => (await import('../commands/undo.ts')).undoCommand,
  },
];
