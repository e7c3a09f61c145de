import type { CommandSpec, OptionSpec } from '../table/command-spec.ts';

/** What may follow the words of one command. */
export interface Vocabulary {
  /** As typed: `run`, `config show`; empty for the program itself. */
  readonly command: string;
  readonly summary: string;
  readonly subcommands: readonly Word[];
  readonly options: readonly OptionWord[];
  /** Words that its first argument may be. */
  readonly choices: readonly string[];
}

export interface Word {
  readonly word: string;
  readonly summary: string;
}

export interface OptionWord {
  /** `-q` and `--quiet`. */
  readonly words: readonly string[];
  readonly takesValue: boolean;
  readonly summary: string;
  readonly choices: readonly string[];
}

export interface CommandTable {
  readonly commands: readonly CommandSpec[];
  readonly groups: Readonly<Record<string, string>>;
  readonly common: readonly OptionSpec[];
}

/** The command table as words: the program first, then its groups, then every command. */
export function listVocabularies({ commands, groups, common }: CommandTable): Vocabulary[] {
  const isTop = ({ name }: CommandSpec) => !name.includes(' ');
  const tops = commands.filter(isTop).map(({ name, summary }) => ({ word: name, summary }));
  const groupWords = Object.entries(groups).map(([word, summary]) => ({ word, summary }));
  const options = common.map(toOptionWord);
  return [
    { command: '', summary: '', subcommands: [...tops, ...groupWords], options, choices: [] },
    ...groupWords.map(({ word, summary }) => {
      const inside = commands.filter(({ name }) => name.startsWith(`${word} `));
      const subcommands = inside.map((each) => ({
        word: each.name.slice(word.length + 1),
        summary: each.summary,
      }));
      return { command: word, summary, subcommands, options: [], choices: [] };
    }),
    ...commands.map((command) => ({
      command: command.name,
      summary: command.summary,
      subcommands: [],
      options: [...(command.options ?? []).map(toOptionWord), ...options],
      choices: command.arguments?.[0]?.choices ?? [],
    })),
  ];
}

function toOptionWord({ flags, description, choices = [] }: OptionSpec): OptionWord {
  const words = flags.split(/[ ,]+/).filter((word) => word.startsWith('-'));
  return { words, takesValue: flags.includes('<'), summary: description, choices };
}
