import { type Argv, commandLine, commandText, type RemoteCommand } from '@clamshell/core';

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

/** The first line of standard input, which makes a ready shell the command. */
export function startLine(mark: string, command: RemoteCommand): Uint8Array {
  return commandLine(commandText(mark, command));
}
