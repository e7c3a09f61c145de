import { ConfigError } from '../errors/clamshell-error.ts';

/** A program and its arguments; a runner turns it into shell text where the other end wants that. */
export type Argv = readonly [string, ...string[]];

/** POSIX shell text that runs `argv` and nothing else: no word of it is an assignment, a reserved word or a pattern. */
export function quoteCommand(argv: Argv): string {
  const [program, ...rest] = argv;
  return [quoteAlways(program), ...rest.map(quoteWord)].join(' ');
}

/** One word of POSIX shell text that expands to exactly `word`. Throws CONFIG_INVALID on NUL, which no argv can hold. */
export function quoteWord(word: string): string {
  return /^[A-Za-z0-9_\-./:@%+,]+$/.test(word) ? word : quoteAlways(word);
}

function quoteAlways(word: string): string {
  if (word.includes('\0'))
    throw new ConfigError('CONFIG_INVALID', 'A command argument contains a NUL character');
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
