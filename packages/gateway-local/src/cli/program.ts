import { Command, CommanderError } from 'commander';

import { ConfigError } from '@clamshell/core';

import type { GatewayHost } from '../lifecycle/gateway-host.ts';
import { resolveScope } from '../state/scope.ts';
import type { CliContext } from './cli-context.ts';
import { createCommand } from './create.ts';
import { deleteCommand } from './delete.ts';
import { getCommand } from './get.ts';
import { listCommand } from './list.ts';
import { splitCommand } from './split-command.ts';
import { sshConfigCommand } from './ssh-config.ts';
import { startCommand } from './start.ts';
import { stopCommand } from './stop.ts';

/** The version of the contract that is spoken, in the tool's form (openshell: version landmarks). */
const VERSION = 'openshell 0.0.111 (openshell-local)';

const DEFAULT_GATEWAY = 'local';
const DEFAULT_WORKSPACE = 'default';

interface ProgramOutput {
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
}

interface GlobalOptions {
  readonly gateway?: string;
  readonly gatewayEndpoint?: string;
  readonly workspace?: string;
}

/**
 * Runs one command line, without the program's name. Resolves with 0, or with 2 for a line that can't be understood,
 * which has then been explained (openshell §1.4); every other failure rejects.
 */
export async function runProgram(
  args: readonly string[],
  host: GatewayHost,
  output: ProgramOutput,
): Promise<number> {
  const { head, command } = splitCommand(args);
  const program = buildProgram(host, output, command);
  try {
    await program.parseAsync([...head], { from: 'user' });
    return 0;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
}

function buildProgram(
  host: GatewayHost,
  output: ProgramOutput,
  main: readonly string[] | undefined,
): Command {
  const program = new Command('openshell-local')
    .description('a small gateway whose sandboxes are confined directories on this machine')
    .version(VERSION, '-V, --version')
    .option('-g, --gateway <name>', 'a set of sandboxes of its own')
    .option('--gateway-endpoint <url>')
    .option('--gateway-insecure')
    .option('--workspace <name>')
    .option('-v, --verbose');
  const contextOf = (): CliContext => ({
    host,
    scope: scopeOf(host, program.opts<GlobalOptions>()),
    print: output.print,
  });
  const sandbox = new Command('sandbox').alias('sb').description('sandboxes of one workspace');
  sandbox.addCommand(createCommand(contextOf, main));
  for (const make of [getCommand, listCommand, deleteCommand, stopCommand, startCommand, sshConfigCommand]) {
    sandbox.addCommand(refusingMain(make(contextOf), main));
  }
  return adopt(program.addCommand(sandbox), output);
}

function scopeOf({ env }: GatewayHost, options: GlobalOptions): CliContext['scope'] {
  if (options.gatewayEndpoint !== undefined) {
    throw new ConfigError(
      'CONFIG_INVALID',
      '--gateway-endpoint is not supported by the local gateway: it has none',
    );
  }
  const gateway = options.gateway ?? (env['OPENSHELL_GATEWAY'] || DEFAULT_GATEWAY);
  return resolveScope(env, gateway, options.workspace ?? (env['OPENSHELL_WORKSPACE'] || DEFAULT_WORKSPACE));
}

/** Only `create` takes a command. */
function refusingMain(command: Command, main: readonly string[] | undefined): Command {
  return command.hook('preAction', () => {
    if (main !== undefined) command.error("error: unexpected argument '--' found");
  });
}

/** Every command reports through `output` and throws instead of ending the process. */
function adopt(command: Command, output: ProgramOutput): Command {
  command.exitOverride().configureOutput({ writeOut: output.print, writeErr: output.printError });
  command.commands.forEach((child) => adopt(child, output));
  return command;
}
