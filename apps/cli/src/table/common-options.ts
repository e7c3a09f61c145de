import type { OptionSpec } from './command-spec.ts';

/** Options of every command, also before its name. */
export const COMMON_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '-C, --dir <dir>',
    description:
      'start here; the workspace is the nearest directory upwards with a clamshell.json, else this one',
  },
  { flags: '--json', description: 'print one JSON object on stdout, also for a failure' },
  { flags: '-q, --quiet', description: 'print nothing of our own but errors' },
  { flags: '-v, --verbose', description: 'print details, and of an error the whole chain' },
  {
    flags: '--provider <provider>',
    description: 'where sandboxes come from',
    choices: ['openshell', 'local'],
  },
  { flags: '-g, --gateway <name>', description: 'the gateway, where there are several' },
  { flags: '--timeout <seconds>', description: 'how long one gateway command may take' },
  { flags: '--profile <name>', description: 'a profile of clamshell.json, with a sandbox of its own' },
  { flags: '--scope <key>', description: 'choose the sandbox by this key instead of profile and path' },
  { flags: '--sandbox <name>', description: 'use the sandbox of this name' },
  { flags: '--no-config', description: 'leave clamshell.json out' },
];
