import { z } from 'zod';

import { choice, flag, list, nonEmpty, quantity, remoteRoot, section } from './setting.ts';

const mirror = section('mirror', {
  exclude: list('mirror.exclude').default([]).meta({
    title: 'Excluded Paths',
    description:
      'Patterns in gitignore syntax. What matches stays where it is, on both sides, and is never deleted by a sync.',
  }),
  protect: list('mirror.protect').default([]).meta({
    title: 'Protected Paths',
    description:
      'Patterns in gitignore syntax, beside those that are always protected. What the sandbox changes there stays there.',
  }),
  conflicts: choice('mirror.conflicts', ['host', 'sandbox']).default('host').meta({
    title: 'Conflict Winner',
    description:
      'Whose version stays in place where both sides changed a path. The other one is kept in the undo store.',
  }),
  limits: section('mirror.limits', {
    maxFiles: quantity('mirror.limits.maxFiles', { least: 1, most: 1_000_000, whole: true })
      .default(1_000_000)
      .meta({ title: 'Most Files', description: 'How many files and directories one side may hold.' }),
    maxMegabytes: quantity('mirror.limits.maxMegabytes', { least: 1, most: 1_048_576 })
      .default(262_144)
      .meta({ title: 'Most Megabytes', description: 'How much one sync may bring home, in MiB.' }),
  }).meta({ title: 'Limits', description: 'Where a sync stops before it moves anything.' }),
  undo: section('mirror.undo', {
    keepRuns: quantity('mirror.undo.keepRuns', { least: 0, most: 100_000, whole: true }).default(50).meta({
      title: 'Kept Runs',
      description: 'For how many runs back what a sync replaced can be had again.',
    }),
    keepMegabytes: quantity('mirror.undo.keepMegabytes', { least: 0, most: 1_048_576 })
      .default(1024)
      .meta({ title: 'Kept Megabytes', description: 'How much the undo store may hold, in MiB.' }),
  }).meta({ title: 'Undo', description: 'What is kept of the files that a sync replaced or removed.' }),
}).meta({ title: 'Mirror', description: 'How the two halves of a workspace are kept in step.' });

/** `[user@]host[:port]`, an IPv6 address in brackets; never anything that `ssh` could take for an option. */
export const SSH_DESTINATION =
  /^(?:(?<user>[\w.][\w.-]*)@)?(?:\[(?<address>[\da-fA-F:.]+)\]|(?<host>\w[\w.-]*))(?::(?<port>6553[0-5]|655[0-2]\d|65[0-4]\d{2}|6[0-4]\d{3}|[1-5]\d{4}|[1-9]\d{0,3}))?$/;

const ssh = section('ssh', {
  destination: z
    .string('ssh.destination must be [user@]host[:port]')
    .regex(SSH_DESTINATION, 'ssh.destination must be [user@]host[:port]')
    .optional()
    .meta({ title: 'Destination', description: 'The machine of provider "ssh": [user@]host[:port].' }),
  identity: nonEmpty('ssh.identity')
    .optional()
    .meta({ title: 'Identity File', description: 'Private key for it. Unset: the SSH agent’s keys.' }),
  knownHosts: nonEmpty('ssh.knownHosts').optional().meta({
    title: 'Known Hosts File',
    description: 'Where its host key must stand. Unset: ~/.ssh/known_hosts.',
  }),
  multiplexing: flag('ssh.multiplexing')
    .default(true)
    .meta({ title: 'Multiplexing', description: 'One connection for all commands, not one for each.' }),
}).meta({
  title: 'SSH',
  description: 'How provider "ssh" reaches its machine, and how connections are shared.',
});

const exec = section('exec', {
  path: choice('exec.path', ['sandbox', 'prepend', 'host']).default('sandbox').meta({
    title: 'PATH',
    description:
      'The PATH of a command: the sandbox’s own, the caller’s put before it, or the caller’s alone.',
  }),
  home: choice('exec.home', ['sandbox', 'host']).default('sandbox').meta({
    title: 'HOME',
    description: 'The HOME of a command: the sandbox’s own, or the one that the caller passes.',
  }),
  killGraceSeconds: quantity('exec.killGraceSeconds', { least: 0, most: 600 })
    .default(5)
    .meta({ title: 'Kill Grace Seconds', description: 'From the TERM that ends a command to the KILL.' }),
}).meta({ title: 'Commands', description: 'How commands are started and ended.' });

/** Every setting there is. Titles, descriptions and defaults go into the JSON schema and the plugin's manifest. */
export const writtenSchema = z
  .strictObject(
    {
      provider: choice('provider', ['openshell', 'local', 'ssh'])
        .optional()
        .meta({ title: 'Provider', description: 'Where sandboxes come from.' }),
      mode: choice('mode', ['mirror', 'remote']).default('mirror').meta({
        title: 'Mode',
        description:
          'mirror: host and sandbox are kept in step around every command. remote: the host seeds the sandbox once, then the sandbox is the truth.',
      }),
      command: nonEmpty('command')
        .default('openshell')
        .meta({ title: 'OpenShell Command', description: 'Path or name of the openshell executable.' }),
      gateway: nonEmpty('gateway').optional().meta({
        title: 'Gateway Name',
        description: 'A registered OpenShell gateway. Unset: the active one.',
      }),
      gatewayEndpoint: nonEmpty('gatewayEndpoint').optional().meta({
        title: 'Gateway Endpoint',
        description: 'URL of the gateway, in place of the registered one.',
      }),
      workspace: z
        .string('workspace must be a valid OpenShell workspace name')
        .max(19, 'workspace must be at most 19 characters')
        .regex(
          /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
          'workspace must contain lowercase alphanumeric characters or single hyphens and must not start or end with a hyphen',
        )
        .optional()
        .meta({
          title: 'OpenShell Workspace',
          description:
            'OpenShell’s own notion of a workspace. Unset: what the openshell command takes itself.',
        }),
      from: nonEmpty('from').default('openclaw').meta({
        title: 'Sandbox Source',
        description: 'Image, directory or catalogue word that a sandbox is created from.',
      }),
      policy: nonEmpty('policy').optional().meta({
        title: 'Policy File',
        description: 'Policy of a new sandbox: a file on this host.',
      }),
      providers: list('providers').default([]).meta({
        title: 'Providers',
        description: 'Names of the OpenShell credential providers that a new sandbox gets.',
      }),
      gpu: flag('gpu').default(false).meta({
        title: 'GPU',
        description: 'Whether a new sandbox gets a GPU.',
        advanced: true,
      }),
      autoProviders: flag('autoProviders').default(true).meta({
        title: 'Auto-create Providers',
        description: 'Whether providers that are missing are made from credentials of this host.',
        advanced: true,
      }),
      remoteWorkspaceDir: remoteRoot('remoteWorkspaceDir').default('/sandbox').meta({
        title: 'Remote Workspace Dir',
        description: 'Where the workspace lies in the sandbox: below /sandbox or /agent.',
        advanced: true,
      }),
      remoteAgentWorkspaceDir: remoteRoot('remoteAgentWorkspaceDir').default('/agent').meta({
        title: 'Remote Agent Dir',
        description: 'Where the agent’s own workspace lies in the sandbox: below /sandbox or /agent.',
        advanced: true,
      }),
      timeoutSeconds: z
        .number('timeoutSeconds must be a number between 1 and 2147000')
        .min(1, 'timeoutSeconds must be a number >= 1')
        .max(2_147_000, 'timeoutSeconds must be a number <= 2147000')
        .default(120)
        .meta({
          title: 'Command Timeout Seconds',
          description: 'How long one gateway command may take.',
          advanced: true,
        }),
      mirror,
      ssh,
      exec,
    },
    'expected config object',
  )
  .meta({
    // The rule below, in the schema's own words.
    anyOf: [
      { type: 'object', properties: { provider: { enum: ['openshell', 'local'] } } },
      {
        type: 'object',
        properties: { ssh: { type: 'object', required: ['destination'] } },
        required: ['ssh'],
      },
    ],
  })
  .refine(
    ({ provider, ssh: { destination } }) => provider !== 'ssh' || destination !== undefined,
    'provider ssh needs ssh.destination',
  );
