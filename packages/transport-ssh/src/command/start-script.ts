import { commandLine, commandText, quoteCommand, type RemoteCommand } from '@clamshell/core';

/**
 * Prints its marks (first on stderr, then on stdout with how it is signalled), then reads one line of standard input,
 * byte by byte and so none of what follows, and evaluates it. `$1` group or alone, `$2` mark.
 */
const BODY = `
printf '%s ready\\n' "$2" >&2 && printf '%s %s %s\\n' "$2" "$1" $$ || exit 125
clamshell_newline='
'
IFS= read -r clamshell_line && eval "$clamshell_line"`;

/**
 * Makes the shell the leader of a process group, then runs `$1`. OpenShell gives a command no group of its own, sshd
 * does (openshell §2.5); `setsid` keeps the process of a shell that leads none, and would leave the one that does
 * behind it without a parent to report to. Where that can't be told (no /proc, or another namespace's), `-w` waits.
 */
const LEAD = `
clamshell_body=$1
shift
clamshell_is=unknown
clamshell_judge() {
  [ "$1" = $$ ] || return
  clamshell_is=member
  [ "$4" != $$ ] || clamshell_is=leader
}
{ read -r clamshell_stat </proc/self/stat && clamshell_judge \${clamshell_stat%% *} \${clamshell_stat##*) }; } 2>/dev/null
if [ $clamshell_is = leader ]; then
  set -- group "$@"
elif [ $clamshell_is = member ] && command -v setsid >/dev/null 2>&1; then
  exec setsid sh -c "$clamshell_body" clamshell group "$@"
elif setsid -w true 2>/dev/null; then
  exec setsid -w sh -c "$clamshell_body" clamshell group "$@"
else
  set -- alone "$@"
fi
eval "$clamshell_body"`;

/** The text that a login shell is given: whatever its profile prints, `mark` tells where the shell is ready. */
export function shellText(mark: string): string {
  return quoteCommand(['sh', '-c', LEAD, 'clamshell', BODY, mark]);
}

/** The line that makes a ready shell the command, after printing `tag` as its mark. It shows in no process list. */
export function startLine(tag: string, command: RemoteCommand): Uint8Array {
  const begin = `printf '%s started\\n' ${tag} >&2 && printf '%s started\\n' ${tag} || exit 125`;
  return commandLine(`${begin}; ${commandText(tag, command)}`);
}
