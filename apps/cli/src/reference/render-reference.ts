import type { ArgumentSpec, CommandSpec, OptionSpec } from '../table/command-spec.ts';

interface Table {
  readonly commands: readonly CommandSpec[];
  readonly common: readonly OptionSpec[];
}

/** docs/cli.md: the command table for readers. */
export function renderReference({ commands, common }: Table): string {
  return [
    '# clamshell: every command',
    '',
    'Made from the command table of [`apps/cli`](../apps/cli). Files, exit codes and JSON are explained in its',
    '[README](../apps/cli/README.md), error codes in [errors.md](errors.md).',
    '',
    '| command | |',
    '| --- | --- |',
    ...commands.map(
      ({ name, summary }) => `| [\`${name}\`](#clamshell-${name.replace(' ', '-')}) | ${cell(summary)} |`,
    ),
    '',
    '## Options of every command',
    '',
    ...optionRows(common),
    ...commands.flatMap(renderCommand),
    '',
  ].join('\n');
}

function renderCommand(command: CommandSpec): string[] {
  const { name, summary, details, arguments: args = [], options = [], example } = command;
  const usage = [
    'clamshell',
    name,
    ...(options.length > 0 ? ['[options]'] : []),
    ...args.map((each) => each.name),
  ];
  const schema = `With \`--json\`: [${schemaOf(name)}](../apps/cli/schema/${schemaOf(name)}).`;
  return [
    '',
    `## clamshell ${name}`,
    '',
    `${summary}.`,
    ...(details === undefined ? [] : ['', details]),
    '',
    '```sh',
    usage.join(' '),
    '```',
    ...(args.length === 0 ? [] : ['', ...argumentRows(args)]),
    ...(options.length === 0 ? [] : ['', ...optionRows(options)]),
    '',
    `Example: \`${example}\`. ${schema}`,
  ];
}

/** The file that describes a command's JSON. */
export function schemaOf(name: string): string {
  return `${name.replace(' ', '-')}.json`;
}

function argumentRows(args: readonly ArgumentSpec[]): string[] {
  const rows = args.map(
    ({ name, description, choices }) => `| \`${name}\` | ${cell(description)}${listed(choices)} |`,
  );
  return ['| argument | |', '| --- | --- |', ...rows];
}

function optionRows(options: readonly OptionSpec[]): string[] {
  const rows = options.map(
    ({ flags, description, choices }) => `| \`${flags}\` | ${cell(description)}${listed(choices)} |`,
  );
  return ['| option | |', '| --- | --- |', ...rows];
}

function listed(choices: readonly string[] | undefined): string {
  return choices === undefined ? '' : `: ${choices.map((choice) => `\`${choice}\``).join(', ')}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
