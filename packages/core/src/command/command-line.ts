import { CommandError, ConfigError } from '../errors/clamshell-error.ts';
import type { RemoteCommand } from '../ports/shell-runner.ts';
import { quoteCommand, quoteWord } from './quote.ts';

/** The variable that every process of one command carries, so that one which left its group is found. */
export const RUN_VARIABLE = 'CLAMSHELL_RUN';

/** The sandbox's own, whatever a host says: its image knows where its programs are. */
const SANDBOX_OWNED: ReadonlySet<string> = new Set(['PATH', 'HOME', RUN_VARIABLE]);

/** What a shell takes for its program's arguments and environment is limited; this is well below. */
const MAX_LINE_BYTES = 100 * 1024;

/**
 * Shell text that enters the directory, sets the variables and becomes the command. A newline in it is quoted. Throws
 * CONFIG_INVALID for a variable's name that a shell could not have.
 */
export function commandText(tag: string, command: RemoteCommand): string {
  const { cwd } = command;
  const enter = cwd === undefined ? [] : [`cd ${quoteWord(cwd)} || exit 126`];
  return [`export ${RUN_VARIABLE}=${tag}`, ...enter, ...exports(command), become(command)].join('; ');
}

/**
 * Such text as one line for a shell that reads a line and evaluates it, with a newline in its `clamshell_newline`.
 * Throws LIMIT_EXCEEDED for one that no shell would take.
 */
export function commandLine(text: string): Uint8Array {
  const line = Buffer.from(`${text.replaceAll('\n', `'"$clamshell_newline"'`)}\n`);
  if (line.length <= MAX_LINE_BYTES) return line;
  throw new CommandError(
    'LIMIT_EXCEEDED',
    `The command is ${line.length} bytes long with its environment, at most ${MAX_LINE_BYTES} can be sent`,
    { hint: 'Send bulk data on standard input, or in a file.' },
  );
}

function exports({ env = {} }: RemoteCommand): readonly string[] {
  return Object.entries(env)
    .filter(([name]) => !SANDBOX_OWNED.has(name))
    .map(([name, value]) => {
      if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return `export ${name}=${quoteWord(value)}`;
      throw new ConfigError('CONFIG_INVALID', `Not a name for an environment variable: ${name}`);
    });
}

/** A program whose name begins with a hyphen would be an option of `exec`. */
function become({ argv }: RemoteCommand): string {
  const words = quoteCommand(argv);
  return argv[0].startsWith('-') ? `${words}; exit` : `exec ${words}`;
}
