import { Command, CommanderError } from 'commander';

import { ConfigError } from '@clamshell/core';

import { chooseDialect, describeVersion } from '../dialect/dialect.ts';
import type { GatewayHost } from '../lifecycle/gateway-host.ts';
import { resolveScope } from '../state/scope.ts';
import type { CliContext, CommandLine, ProgramStreams } from './cli-context.ts';
import { createCommand } from './create.ts';
import { deleteCommand } from './delete.ts';
import { downloadCommand } from './download.ts';
import { execCommand } from './exec.ts';
import { getCommand } from './get.ts';
import { listCommand } from './list.ts';
import { logsCommand } from './logs.ts';
import { splitCommand } from './split-command.ts';
import { sshConfigCommand } from './ssh-config.ts';
import { startCommand } from './start.ts';
import { statusCommand } from './status.ts';
import { stopCommand } from './stop.ts';
import { uploadCommand } from './upload.ts';

const DEFAULT_GATEWAY = 'local';
const DEFAULT_WORKSPACE = 'default';

interface ProgramOutput {
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  readonly streams: ProgramStreams;
}

interface GlobalOptions {
  readonly gateway?: string;
  readonly gatewayEndpoint?: string;
  readonly workspace?: string;
}

/**
 * Runs one command line, without the program's name. Resolves with 0, with the status of the command that
 * `exec` has run, or with 2 for a line that can't be understood, which has then been explained (openshell §1.4); every
 * other failure rejects.
 */
export async function runProgram(
  args: readonly string[],
  host: GatewayHost,
  output: ProgramOutput,
): Promise<number> {
  const { head, command: words } = splitCommand(args);
  const dialect = chooseDialect(host.env['OPENSHELL_LOCAL_DIALECT']);
  let status = 0;
  const exitWith = (code: number) => (status = code);
  const program = buildProgram(host, { ...output, exitWith }, { words, dialect });
  try {
    await program.parseAsync([...head], { from: 'user' });
    return status;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
}

type Output = ProgramOutput & Pick<CliContext, 'exitWith'>;

function buildProgram(host: GatewayHost, output: Output, line: CommandLine): Command {
  const { dialect } = line;
  const program = new Command('openshell-local')
    .description('a small gateway whose sandboxes are confined directories on this machine')
    .version(`openshell ${describeVersion(dialect)}`, '-V, --version')
    .option('-g, --gateway <name>', 'a set of sandboxes of its own')
    .option('--gateway-endpoint <url>')
    .option('--gateway-insecure')
    .option('-v, --verbose')
    .addHelpText('after', CONFINED);
  if (dialect.hasWorkspaces) program.option('--workspace <name>');
  const { print, streams, exitWith } = output;
  const contextOf = (): CliContext => ({
    ...{ host, dialect, print, streams, exitWith },
    scope: scopeOf(host, program.opts<GlobalOptions>()),
  });
  const sandbox = new Command('sandbox').alias('sb').description('sandboxes of one workspace');
  sandbox.addCommand(createCommand(contextOf, line)).addCommand(execCommand(contextOf, line));
  const states = dialect.canStop ? [stopCommand, startCommand] : [];
  for (const make of [...PLAIN, ...states]) sandbox.addCommand(refusingWords(make(contextOf, line), line));
  program.addCommand(sandbox);
  for (const more of [logsCommand(contextOf), statusCommand(contextOf, dialect.hasOutput)])
    program.addCommand(refusingWords(more, line));
  return adopt(program, output);
}

const CONFINED = `
A sandbox writes /sandbox, which is kept, and /tmp; of this machine it sees the programs, read-only. It has processes,
a user and a loopback of its own, and reaches nothing else unless a policy says so. Not limited: disk use, CPU time and
memory. The kernel is the boundary; a virtual machine is stronger. Policies, variables and the rest are in the README.

  openshell-local sandbox create --name demo [--policy policy.yaml]
  openshell-local sandbox exec --name demo -- ls -la
  openshell-local logs demo`;

const PLAIN = [getCommand, listCommand, deleteCommand, sshConfigCommand, uploadCommand, downloadCommand];

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

/** Only `create` and `exec` take a command. */
function refusingWords(command: Command, { words }: CommandLine): Command {
  return command.hook('preAction', () => {
    if (words !== undefined) command.error("error: unexpected argument '--' found");
  });
}

/** Every command reports through `output` and throws instead of ending the process. */
function adopt(command: Command, output: ProgramOutput): Command {
  command.exitOverride().configureOutput({ writeOut: output.print, writeErr: output.printError });
  command.commands.forEach((child) => adopt(child, output));
  return command;
}
