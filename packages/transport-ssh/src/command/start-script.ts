import { CommandError, quoteCommand, type RemoteCommand } from '@clamshell/core';

/**
 * Prints the marks (first on stderr, then on stdout with how the command is signalled), enters the directory and
 * becomes the command. `$1` group or alone, `$2` mark, `$3` directory or nothing, then the command. Reads no byte of
 * standard input. A program whose name begins with a hyphen would be an option of `exec`.
 */
const BODY = `
printf '%s ready\\n' "$2" >&2 && printf '%s %s %s\\n' "$2" "$1" $$ || exit 125
[ -z "$3" ] || cd "$3" || exit 126
shift 3
case $1 in -*) "$@"; exit ;; esac
exec "$@"`;

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

/** A longer one would make the server drop the whole connection (openshell §2.5). */
const MAX_TEXT_BYTES = 100 * 1024;

/** The text that a login shell is given: whatever its profile prints, `mark` tells where the command's own begins. */
export function startText(mark: string, { argv, cwd }: RemoteCommand): string {
  const text = quoteCommand(['sh', '-c', LEAD, 'clamshell', BODY, mark, cwd ?? '', ...argv]);
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_TEXT_BYTES) return text;
  throw new CommandError(
    'LIMIT_EXCEEDED',
    `The command line is ${bytes} bytes long, at most ${MAX_TEXT_BYTES} can be sent`,
    {
      hint: 'Send bulk data on standard input, or in a file.',
    },
  );
}
