import {
  type Argv,
  CommandError,
  ConfigError,
  quoteCommand,
  quoteWord,
  type RemoteCommand,
} from '@clamshell/core';

/** Says that it is ready, with its own number, then reads one line of standard input and evaluates it. `$1` mark. */
const INNER = `
printf '%s ready\\n' "$1" >&2 && printf '%s ready %s\\n' "$1" $$ || exit 125
clamshell_newline='
'
IFS= read -r clamshell_line && eval "$clamshell_line"`;

/**
 * Runs `$1` as a process group of its own, which openshell §2.5 gives no command, and says on both outputs how it ended:
 * the tool's own status is 0 for a stream that was cut (openshell §1.4). `$2` mark.
 */
const OUTER = `
clamshell_lead=setsid
command -v setsid >/dev/null 2>&1 || clamshell_lead=
$clamshell_lead sh -c "$1" clamshell "$2"
clamshell_status=$?
printf '%s ended %s\\n' "$2" $clamshell_status >&2
printf '%s ended %s\\n' "$2" $clamshell_status
exit $clamshell_status`;

/** Constant but for the mark: what is run shows in no process list. */
export function startWords(mark: string): Argv {
  return ['sh', '-c', OUTER, 'clamshell', INNER, mark];
}

/** The variable that every process of one command carries, so that one which left the group is found. */
export const RUN_VARIABLE = 'CLAMSHELL_RUN';

/** The sandbox's own, whatever a host says: its image knows where its programs are. */
const SANDBOX_OWNED: ReadonlySet<string> = new Set(['PATH', 'HOME', RUN_VARIABLE]);

/** What a shell takes for its program's arguments and environment is limited; this is well below. */
const MAX_LINE_BYTES = 100 * 1024;

/** The first line of standard input, which makes a ready shell the command. */
export function startLine(mark: string, command: RemoteCommand): Uint8Array {
  const { cwd } = command;
  const enter = cwd === undefined ? [] : [`cd ${quoteWord(cwd)} || exit 126`];
  const text = [`export ${RUN_VARIABLE}=${mark}`, ...enter, ...variables(command), become(command)].join(
    '; ',
  );
  const line = Buffer.from(`${text.replaceAll('\n', `'"$clamshell_newline"'`)}\n`);
  if (line.length <= MAX_LINE_BYTES) return line;
  throw new CommandError(
    'LIMIT_EXCEEDED',
    `The command is ${line.length} bytes long with its environment, at most ${MAX_LINE_BYTES} can be sent`,
    { hint: 'Send bulk data on standard input, or in a file.' },
  );
}

function variables({ env = {} }: RemoteCommand): readonly string[] {
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
