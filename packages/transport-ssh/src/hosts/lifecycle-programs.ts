// A sandbox of a plain host is the file `~/.clamshell/NAME/sandbox`: its nonce, `made` or `found` for its root, the root,
// and its labels. It comes to be by a hard link, whole and once, and is the last to go.

/** Prints name, phase and file of the sandbox `$1`, or of all, each ended by NUL. */
export const READ = `
if [ $# = 1 ]; then set -- "$HOME/.clamshell/$1/sandbox"; else set -- "$HOME"/.clamshell/*/sandbox; fi
for file; do
  text=$(cat "$file") || continue
  at=\${file%/sandbox}
  phase=ready
  [ ! -e "$at/stopped" ] || phase=stopped
  printf '%s\\000' "\${at##*/}" "$phase" "$text"
done 2>/dev/null
exit 0`;

/** Makes the sandbox `$1`: `$2` nonce, `$3` root or empty for its own, `$4` labels. Status 4 where there is one. */
export const CREATE = `
at=$HOME/.clamshell/$1
root=\${3:-$at/workspace}
case $root in /|"$HOME") echo "$root can’t be a workspace" >&2; exit 5 ;; esac
[ ! -e "$at/sandbox" ] || exit 4
(umask 077; mkdir -p -- "$at") || exit 1
is=found
[ -n "$3" ] || is=made
if [ ! -e "$root" ]; then
  mkdir -p -- "\${root%/*}/" || exit 1
  mkdir -- "$root" 2>/dev/null && is=made
fi
[ -d "$root" ] && [ ! -L "$root" ] || { echo "$root is not a directory" >&2; exit 5; }
(umask 077; printf '%s\\n' "$2" "$is" "$root" "$4" >"$at/new.$2") || exit 1
ln "$at/new.$2" "$at/sandbox" 2>/dev/null
status=$?
rm -f -- "$at/new.$2"
[ $status = 0 ] || exit 4`;

/** Marks the sandbox `$1` as `$2`, stopped or ready. Status 3 where there is none. */
export const MARK = `
at=$HOME/.clamshell/$1
[ -e "$at/sandbox" ] || exit 3
if [ "$2" = stopped ]; then : >"$at/stopped"; else rm -f -- "$at/stopped"; fi`;

/**
 * Removes the sandbox `$1` with the nonce `$2`; status 4 for another nonce. Its root goes only where it was made for it
 * and is the one expected, `$3` or its own.
 */
export const REMOVE = `
at=$HOME/.clamshell/$1
[ -e "$at/sandbox" ] || exit 0
{ read -r nonce && read -r is && IFS= read -r root; } <"$at/sandbox" || exit 1
[ "$nonce" = "$2" ] || exit 4
if [ "$is" = made ] && [ "$root" = "\${3:-$at/workspace}" ]; then
  rm -rf -- "$root" || exit 1
fi
rm -f -- "$at/stopped" "$at/sandbox" || exit 1
rmdir -- "$at" 2>/dev/null
exit 0`;

export const HOME = `printf %s "$HOME"`;
