import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';

import { Command, Option } from 'commander';

import { ConfigError } from '@clamshell/core';

import { createSandbox } from '../lifecycle/create-sandbox.ts';
import { parseLabels, parseVariables } from '../names/parse-pairs.ts';
import { validateName } from '../names/validate-name.ts';
import type { Policy } from '../policy/policy-schema.ts';
import type { CliContext, CommandLine } from './cli-context.ts';
import { collect } from './collect.ts';
import { describeSandbox, toJson } from './describe-sandbox.ts';
import { exec } from './exec.ts';
import { outputOption } from './output-option.ts';
import { refuseUnsupported, unsupportedOptions } from './unsupported-options.ts';

interface CreateOptions {
  readonly name?: string;
  readonly from?: string;
  readonly policy?: string;
  readonly label: readonly string[];
  readonly env: readonly string[];
  readonly output?: string;
  readonly insecureNoIsolation?: boolean;
}

/** Flags that ask for what is so anyway. */
const ACCEPTED = [
  '--keep',
  '--no-tty',
  '--auto-providers',
  '--no-auto-providers',
  '--no-credential-warnings',
];

/** `sandbox create`: ends when the sandbox is Ready (openshell §1.7). The main process is never attached to. */
export function createCommand(contextOf: () => CliContext, { words, dialect }: CommandLine): Command {
  const command = new Command('create')
    .description('create a sandbox and wait until it is ready; `-- CMD` is its main process')
    .option('--name <name>', 'its name; made up when left out')
    .option('--from <source>', 'recorded; every sandbox has this machine’s own programs')
    .option('--policy <file>', 'what it may write and reach; refused where that can’t be enforced')
    .addOption(new Option('--label <key=value>').default([]).argParser(collect))
    .addOption(new Option('--env <key=value>').default([]).argParser(collect))
    .option('--insecure-no-isolation', 'go on without confinement where none is available');
  if (dialect.hasOutput) command.addOption(outputOption());
  if (dialect.hasMainProcess) command.option('--detach', 'always so');
  for (const accepted of ACCEPTED) command.addOption(new Option(accepted).hideHelp());
  unsupportedOptions().forEach((option) => command.addOption(option));
  return command.action(async (options: CreateOptions) => {
    refuseUnsupported((attribute) => isGiven(command, attribute));
    if (words !== undefined && options.output !== undefined) {
      command.error("error: the argument '--output <OUTPUT>' cannot be used with '[COMMAND]...'");
    }
    await create(contextOf(), options, words?.length === 0 ? undefined : words);
  });
}

async function create(
  context: CliContext,
  options: CreateOptions,
  command: readonly string[] | undefined,
): Promise<void> {
  const { host, scope, dialect, print } = context;
  const view = await createSandbox(host, scope, {
    name: validateName(options.name || generateName(), dialect.maxNameLength),
    labels: parseLabels(options.label),
    env: parseVariables(options.env),
    from: imageOf(options, context),
    policy: await readPolicyOf(options, context),
    main: dialect.hasMainProcess ? command : undefined,
    allowNoIsolation: options.insecureNoIsolation ?? false,
  });
  const described = describeSandbox(view, scope.workspace);
  if (options.output === undefined) print(`✓ Created sandbox ${described.name} (${view.record.isolation})\n`);
  else print(toJson(described));
  if (command !== undefined && !dialect.hasMainProcess) await runOnce(context, described.name, command);
}

/** What the command after `--` was before it became the main process: run over SSH, its status the program's. */
async function runOnce(context: CliContext, name: string, argv: readonly string[]): Promise<void> {
  context.exitWith(await exec(context, { name, timeout: 0, env: [] }, argv));
}

/** What is there on this machine would be built into an image (openshell §1.2). */
function imageOf({ from }: CreateOptions, { host }: CliContext): string | undefined {
  if (from === undefined || !existsSync(path.resolve(host.directory, from))) return from;
  throw new ConfigError(
    'CONFIG_INVALID',
    `--from ${from} is not supported by the local gateway: images are not built`,
  );
}

async function readPolicyOf(options: CreateOptions, { host }: CliContext): Promise<Policy | undefined> {
  const file = options.policy ?? host.env['OPENSHELL_SANDBOX_POLICY'];
  if (!file) return undefined;
  // What reads YAML is large, and rarely asked for.
  const { readPolicy } = await import('../policy/read-policy.ts');
  return readPolicy(file);
}

function isGiven(command: Command, attribute: string): boolean {
  return command.getOptionValueSource(attribute) === 'cli';
}

function generateName(): string {
  return `sb-${randomBytes(6).toString('hex')}`;
}
