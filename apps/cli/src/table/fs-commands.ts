import type { CommandSpec } from './command-spec.ts';

const FILE = { name: '<path>', description: 'on either side, or relative to where you stand' };
const PARENTS = { flags: '-p, --parents', description: 'make missing directories above it' };

/** Single files of the sandbox, without a sync: the next one brings home what changed. */
export const FS_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'fs cat',
    summary: 'Print a file of the sandbox',
    arguments: [FILE],
    example: 'clamshell fs cat build/log.txt | tail',
    load: async () => (await import('../commands/fs.ts')).catCommand,
  },
  {
    name: 'fs ls',
    summary: 'List a directory of the sandbox',
    arguments: [{ name: '[path]', description: FILE.description }],
    example: 'clamshell fs ls build',
    load: async () => (await import('../commands/fs.ts')).listFilesCommand,
  },
  {
    name: 'fs stat',
    summary: 'Say what a path of the sandbox is; ends with 1 where nothing is there',
    arguments: [FILE],
    example: 'clamshell fs stat build/done',
    load: async () => (await import('../commands/fs.ts')).statCommand,
  },
  {
    name: 'fs search',
    summary: 'Search the lines of a directory’s files in the sandbox; ends with 1 where none matches',
    arguments: [
      { name: '<pattern>', description: 'a POSIX extended regular expression' },
      { name: '[path]', description: FILE.description },
    ],
    options: [{ flags: '--max <number>', description: 'stop after so many lines; 10,000 when left out' }],
    example: 'clamshell fs search "error|warning" build',
    load: async () => (await import('../commands/fs.ts')).searchCommand,
  },
  {
    name: 'fs write',
    summary: 'Write stdin to a file of the sandbox, as one step',
    arguments: [FILE],
    options: [PARENTS, { flags: '--append', description: 'add to what is there' }],
    example: 'echo hello | clamshell fs write notes/today.txt --parents',
    load: async () => (await import('../commands/fs-mutate.ts')).writeCommand,
  },
  {
    name: 'fs mkdir',
    summary: 'Make a directory in the sandbox, with those above it',
    arguments: [FILE],
    example: 'clamshell fs mkdir build/out',
    load: async () => (await import('../commands/fs-mutate.ts')).makeDirectoryCommand,
  },
  {
    name: 'fs mv',
    summary: 'Rename a file or directory of the sandbox',
    arguments: [
      { name: '<from>', description: FILE.description },
      { name: '<to>', description: 'likewise' },
    ],
    options: [PARENTS],
    example: 'clamshell fs mv draft.txt final.txt',
    load: async () => (await import('../commands/fs-mutate.ts')).moveCommand,
  },
  {
    name: 'fs cp',
    summary: 'Copy a file of the sandbox, without its bytes leaving it',
    arguments: [
      { name: '<from>', description: FILE.description },
      { name: '<to>', description: 'likewise' },
    ],
    options: [PARENTS],
    example: 'clamshell fs cp a.txt b.txt',
    load: async () => (await import('../commands/fs-mutate.ts')).copyCommand,
  },
  {
    name: 'fs rm',
    summary: 'Remove a file of the sandbox, or an empty directory',
    arguments: [FILE],
    options: [
      { flags: '-r, --recursive', description: 'with everything below it' },
      { flags: '-f, --force', description: 'a missing path is no error' },
    ],
    example: 'clamshell fs rm -r build',
    load: async () => (await import('../commands/fs-mutate.ts')).removeFileCommand,
  },
];
