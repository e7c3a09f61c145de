import { Command, CommanderError, Option } from 'commander';

import { CommandInput } from './command-input.ts';
import { EXIT } from './exit-codes.ts';
import type { CliStreams } from './output/streams.ts';
import { perform } from './perform.ts';
import type { CommandSpec, OptionSpec } from './table/command-spec.ts';
import { COMMANDS, GROUPS } from './table/commands.ts';
import { COMMON_OPTIONS } from './table/common-options.ts';
import { VERSION } from './version.ts';

/** Parses `args` and carries the command out. Resolves with the process's exit code; never rejects. */
export async function runProgram(args: readonly string[], streams: CliStreams): Promise<number> {
  let exitCode: number = EXIT.done;
  const program = buildProgram(streams, async (command, input) => {
    exitCode = await perform(command, input, streams);
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
  return exitCode;
}

type Perform = (command: CommandSpec, input: CommandInput) => Promise<void>;

function buildProgram(streams: CliStreams, run: Perform): Command {
  const program = new Command('clamshell')
    .description('Run commands in a sandbox while the workspace on both sides stays in step.')
    .version(VERSION)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
    })
    .addHelpText('after', PROGRAM_NOTES);
  addOptions(program, COMMON_OPTIONS);
  const groups = new Map(
    Object.entries(GROUPS).map(([name, summary]) => [
      name,
      program.command(name).description(summary).exitOverride(),
    ]),
  );
  for (const spec of COMMANDS) {
    const [first = '', second] = spec.name.split(' ');
    const parent = second === undefined ? program : groups.get(first);
    if (parent !== undefined) addCommand(parent, spec, { program, run });
  }
  return program;
}

const PROGRAM_NOTES = `
Exit codes: the command’s own; 125 where clamshell failed, 126 where the command could not be started, 127 where the
sandbox has no such program; 2 for a command line that was not understood; 130 after Ctrl-C.

Example:
  clamshell run -C ~/project -- npm test
`;

function addCommand(
  parent: Command,
  spec: CommandSpec,
  { program, run }: { readonly program: Command; readonly run: Perform },
): void {
  const command = parent
    .command(spec.name.split(' ').at(-1) ?? spec.name)
    .description(describe(spec))
    .summary(spec.summary)
    .exitOverride()
    .passThroughOptions(spec.passThrough === true)
    .addHelpText('after', `\nExample:\n  ${spec.example}\n`);
  for (const { name, description, choices } of spec.arguments ?? []) {
    const argument = command.createArgument(name, description);
    command.addArgument(choices === undefined ? argument : argument.choices([...choices]));
  }
  addOptions(command, spec.options ?? []);
  command.optionsGroup('Options of every command:');
  addOptions(command, COMMON_OPTIONS);
  command.action(() => {
    const options = { ...givenOptions(program), ...givenOptions(command) };
    return run(spec, new CommandInput(command.args, options));
  });
}

function describe({ summary, details }: CommandSpec): string {
  return details === undefined ? summary : `${summary}.\n\n${details.replaceAll('\n', ' ')}`;
}

function givenOptions(command: Command): Record<string, unknown> {
  const given = Object.entries(command.opts()).filter(
    ([name]) => command.getOptionValueSource(name) === 'cli',
  );
  return Object.fromEntries(given);
}

function addOptions(command: Command, options: readonly OptionSpec[]): void {
  for (const { flags, description, choices } of options) {
    const option = new Option(flags, description);
    command.addOption(choices === undefined ? option : option.choices(choices));
  }
}
