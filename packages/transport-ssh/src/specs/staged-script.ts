import { commandText, type ExecRequest, quoteCommand } from '@clamshell/core';

/**
 * Makes the shell that reads the script the leader of a session, with the same shell's word on it where it is one
 * already, then removes the script and leaves its process number beside it. All of it is one command, which a shell has
 * read to its end before it begins: the script may go while it runs.
 */
const BEGIN = `
clamshell_stat=
{ read -r clamshell_stat </proc/self/stat; } 2>/dev/null
clamshell_leads() { [ "$1" = $$ ] && [ "$4" = $$ ]; }
if clamshell_leads \${clamshell_stat%% *} \${clamshell_stat##*) }; then
  clamshell_target=-$$
elif [ "\${clamshell_stat%% *}" = $$ ] && [ ! -t 0 ] && command -v setsid >/dev/null 2>&1; then
  exec setsid sh "$0"
else
  clamshell_target=$$
fi
rm -f -- "$0"
(umask 077; set -C; printf '%s\\n' "$clamshell_target" >"$0.pid")`;

/** Keeps what it reads as the private file `$1`, which must not be there. */
export const STAGE = `
umask 077
set -C
cat >"$1"`;

/** Takes away what is left of the script `$1` and prints the target that it wrote. */
export const UNSTAGE = `
cat -- "$1.pid" 2>/dev/null
rm -f -- "$1" "$1.pid"`;

/** Text that `sh FILE` runs as the command, with its environment and directory, in a session of its own. */
export function stagedScript(tag: string, { command, cwd, env }: ExecRequest): Uint8Array {
  const become = commandText(tag, { argv: ['sh', '-c', command], cwd, env });
  return Buffer.from(`{${BEGIN}\n${become}\nexit\n}\n`);
}

/** What the system's `ssh` is told to run. */
export function runText(file: string): string {
  return `exec ${quoteCommand(['sh', file])}`;
}
