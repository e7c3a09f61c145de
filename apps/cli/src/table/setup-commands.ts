import type { CommandSpec } from './command-spec.ts';

/** Commands on clamshell's own settings. */
export const SETUP_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'init',
    summary: 'Write a clamshell.json here, with what the options say',
    details:
      'It makes this directory the workspace for everything below it. What you wrote by hand is never replaced.',
    example: 'clamshell init --provider local',
    load: async () => (await import('../commands/init.ts')).initCommand,
  },
  {
    name: 'trust',
    summary: 'Let this workspace’s clamshell.json choose what is executed and trusted',
    details: `Such keys (provider, command, gateway, policy, …) count only for the very content that you looked at: any change to
the file asks again.`,
    options: [{ flags: '--revoke', description: 'take it back' }],
    example: 'clamshell trust -C ~/project',
    load: async () => (await import('../commands/trust.ts')).trustCommand,
  },
  {
    name: 'config show',
    summary: 'Show every setting, its value and where that comes from',
    example: 'clamshell config show --profile ci',
    load: async () => (await import('../commands/config-show.ts')).configShowCommand,
  },
  {
    name: 'config schema',
    summary: 'Print the JSON schema of clamshell.json',
    example: 'clamshell config schema >clamshell.schema.json',
    load: async () => (await import('../commands/config-schema.ts')).configSchemaCommand,
  },
  {
    name: 'config validate',
    summary: 'Check clamshell.json with each of its profiles',
    example: 'clamshell config validate',
    load: async () => (await import('../commands/config-validate.ts')).configValidateCommand,
  },
  {
    name: 'doctor',
    summary: 'Examine everything a run needs, and say how to mend what is wrong',
    details: 'Makes and changes nothing. Ends with 1 where something is wrong.',
    example: 'clamshell doctor',
    load: async () => (await import('../commands/doctor.ts')).doctorCommand,
  },
];
