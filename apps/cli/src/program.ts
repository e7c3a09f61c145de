import { Command, CommanderError, Option } from 'commander';

import type { CliStreams } from './output/reporter.ts';
import { listCommand } from './commands/ls.ts';
import { removeCommand } from './commands/rm.ts';
import { runCommand } from './commands/run.ts';
import { statusCommand } from './commands/status.ts';
import { syncCommand } from './commands/sync.ts';
import { EXIT_USAGE, type CommandContext, type GlobalFlags, perform } from './perform.ts';
import { VERSION } from './version.ts';

/** Parses `args` and carries the command out. Resolves with the process's exit code; never rejects. */
export async function runProgram(args: readonly string[], streams: CliStreams): Promise<number> {
  let exitCode = 0;
  const run = (work: (context: CommandContext) => Promise<number>) => async (flags: GlobalFlags) => {
    exitCode = await perform(flags, streams, work);
  };
  try {
    await buildProgram(run, streams).parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : EXIT_USAGE;
  }
  return exitCode;
}

type Runner = (work: (context: CommandContext) => Promise<number>) => (flags: GlobalFlags) => Promise<void>;

function buildProgram(run: Runner, streams: CliStreams): Command {
  const program = new Command('clamshell')
    .description('Run commands in a sandbox while the workspace on both sides stays in step.')
    .version(VERSION)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
    })
    .addHelpText('after', '\nExample:\n  clamshell run -C ~/project -- npm test');
  addRun(program, run);
  addSimple(program, 'sync', 'Merge both halves now: host changes go in, sandbox changes come back').action(
    run(syncCommand),
  );
  addSimple(program, 'status', 'Show what a sync would move; change nothing').action(run(statusCommand));
  addSimple(program, 'ls', 'List the sandboxes of the gateway').action(run(listCommand));
  addSimple(program, 'rm', 'Bring the workspace home, then remove its sandbox')
    .option(
      '--discard',
      'remove it even where its workspace can’t be brought home, and give up what it holds',
    )
    .action((flags: GlobalFlags & { discard?: boolean }) =>
      run((context) => removeCommand(context, { discard: flags.discard === true }))(flags),
    );
  return program;
}

function addRun(program: Command, run: Runner): void {
  addSimple(program, 'run', 'Sync, run one command in the sandbox, sync again')
    .argument('<command...>', 'the program and its arguments, after --')
    .passThroughOptions()
    .addHelpText(
      'after',
      '\nThe exit code, stdin, stdout and stderr are the command’s own; 125 is a failure of clamshell itself.' +
        '\n\nExample:\n  clamshell run -C ~/project -- node --test',
    )
    .action((argv: [string, ...string[]], flags: GlobalFlags) =>
      run((context) => runCommand(context, argv))(flags),
    );
}

/** A command with the flags that every command has. */
function addSimple(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .exitOverride()
    .option('-C, --dir <dir>', 'the workspace on the host', '.')
    .option('--json', 'print one JSON object on stdout')
    .option('-q, --quiet', 'print nothing of our own but errors')
    .option('-v, --verbose', 'print details')
    .addOption(
      new Option('--provider <provider>', 'where sandboxes come from')
        .choices(['local', 'openshell'])
        .default('local'),
    )
    .option('-g, --gateway <name>', 'the gateway, where there are several')
    .option('--timeout <seconds>', 'how long one gateway command may take', Number);
}
