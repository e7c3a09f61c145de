import type { CommandContext } from '../context.ts';

/** A command as data: the parser, the help, the completion scripts and docs/cli.md are made from it. */
export interface CommandSpec {
  /** One word, or two for a command of a group. */
  readonly name: string;
  readonly summary: string;
  readonly details?: string;
  readonly arguments?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  /** Everything after the first argument belongs to it, options too. */
  readonly passThrough?: boolean;
  readonly example: string;
  /** Loads the code, which only the command that is run does. */
  readonly load: () => Promise<CommandWork>;
}

/** Resolves with the process’s exit code. */
export type CommandWork = (context: CommandContext) => Promise<number>;

export interface ArgumentSpec {
  /** `<required>`, `[optional]`, and `…...` for many. */
  readonly name: string;
  readonly description: string;
  readonly choices?: readonly string[];
}

export interface OptionSpec {
  /** `-s, --long <value>`. */
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
}
