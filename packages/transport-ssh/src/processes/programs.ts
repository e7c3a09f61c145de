/**
 * What the programs here begin with. A command's directory holds its `title`, `cwd`, `started` (in seconds), `tag`,
 * `keeper` (the process that keeps it), `group` (what it is signalled by), output (`out.0`, `out.1`, …, of which the
 * latest stay), `exit` once it has ended, and `over` once all of its output is there. Nothing is taken from a directory
 * that is another user's: anyone may make names in /tmp.
 */
const HEAD = `
clamshell_table=/tmp/.clamshell-processes-$(id -u)
clamshell_is_ours() { [ -d "$1" ] && [ ! -L "$1" ] && [ -O "$1" ]; }
clamshell_is_kept() {
  read -r clamshell_keeper <"$1/keeper" && kill -0 "$clamshell_keeper" || return
  [ ! -r /proc/self/environ ] || tr '\\000' '\\n' <"/proc/$clamshell_keeper/environ" | grep -qxF "CLAMSHELL_KEEPER=\${1##*/}"
} 2>/dev/null
`;

/**
 * Starts a command: `$1` KEEP, `$2` LEAD, `$3` id, `$4` title, then its argv. Forgets those that ended longest ago;
 * ids go up with time. A `setsid` that leads a session forks and returns, which `&` would too, but with interrupts
 * ignored for good.
 */
export const START = `${HEAD}
mkdir -m 700 "$clamshell_table" 2>/dev/null
clamshell_is_ours "$clamshell_table" || { echo "$clamshell_table is not this user’s own" >&2; exit 1; }
(
  set --
  for clamshell_old in "$clamshell_table"/*; do
    [ -e "$clamshell_old/over" ] || ! clamshell_is_kept "$clamshell_old" || continue
    set -- "$@" "$clamshell_old"
  done
  while [ $# -gt 20 ]; do rm -rf -- "$1"; shift; done
)
clamshell_at=$clamshell_table/$3
mkdir -m 700 "$clamshell_at" && cd "$clamshell_at" || exit 1
: >out.0 && printf %s "$4" >title && printf %s "$OLDPWD" >cwd && date +%s >started || exit 1
printf '%s\\n' "$CLAMSHELL_RUN" >tag || exit 1
cd "$OLDPWD" || exit 126
clamshell_keep=$1
clamshell_lead=$2
shift 4
set -- sh -c "$clamshell_keep" clamshell "$clamshell_at" "$CLAMSHELL_RUN" "$clamshell_lead" "$@"
if command -v setsid >/dev/null 2>&1; then
  CLAMSHELL_RUN= CLAMSHELL_KEEPER=\${clamshell_at##*/} setsid setsid "$@" </dev/null >/dev/null 2>&1
else
  CLAMSHELL_RUN= CLAMSHELL_KEEPER=\${clamshell_at##*/} "$@" </dev/null >/dev/null 2>&1 &
fi
clamshell_looks=0
until [ -e "$clamshell_at/group" ]; do
  [ $((clamshell_looks += 1)) -lt 500 ] || exit 1
  sleep 0.02 2>/dev/null || sleep 1
done`;

/**
 * Keeps a command: `$1` directory, `$2` tag, `$3` LEAD, then its argv. Each piece of output is in a file as soon as it
 * came; once a file holds 1 MiB the next begins, and four stay. The keeper has neither the tag nor the session of its
 * command, so that what ends the command leaves it to note the end.
 */
export const KEEP = `
unset CLAMSHELL_KEEPER
clamshell_at=$1
printf '%s\\n' $$ >"$clamshell_at/keeper"
clamshell_tag=$2
clamshell_lead=$3
shift 3
clamshell_size() { wc -c <"$clamshell_at/out.$clamshell_n" || echo 0; }
clamshell_write() {
  clamshell_n=0
  while :; do
    clamshell_before=$(clamshell_size)
    dd bs=65536 count=16 >>"$clamshell_at/out.$clamshell_n"
    clamshell_after=$(clamshell_size)
    [ "$clamshell_after" -gt "$clamshell_before" ] || break
    [ "$clamshell_after" -ge 1048576 ] || continue
    clamshell_n=$((clamshell_n + 1))
    : >"$clamshell_at/out.$clamshell_n"
    rm -f "$clamshell_at/out.$((clamshell_n - 4))"
  done
  cat >/dev/null
}
if command -v setsid >/dev/null 2>&1
then set -- setsid sh -c "$clamshell_lead" "$clamshell_at" - "$@"
else set -- sh -c "$clamshell_lead" "$clamshell_at" '' "$@"
fi
{
  CLAMSHELL_RUN=$clamshell_tag "$@"
  printf '%s\\n' $? >"$clamshell_at/exit.new"
  mv "$clamshell_at/exit.new" "$clamshell_at/exit"
} 2>&1 | clamshell_write 2>/dev/null
: >"$clamshell_at/over"`;

/** Becomes a command of the directory `$0`: `$1` a hyphen where it leads a process group, then its argv. */
export const LEAD = `
printf '%s\\n' "$1$$" >"$0/group.new" && mv "$0/group.new" "$0/group" || exit 125
shift
case $1 in -*) "$@"; exit ;; esac
exec "$@"`;

/** Prints id, start, end (a status, `-` or `unknown`), directory and title of each command, each ended by NUL. */
export const LIST = `${HEAD}
clamshell_is_ours "$clamshell_table" || exit 0
for clamshell_at in "$clamshell_table"/*; do
  read -r clamshell_started <"$clamshell_at/started" && [ -e "$clamshell_at/group" ] || continue
  read -r clamshell_end <"$clamshell_at/exit" || {
    clamshell_end=-
    clamshell_is_kept "$clamshell_at" || read -r clamshell_end <"$clamshell_at/exit" || clamshell_end=unknown
  }
  printf '%s\\000' "\${clamshell_at##*/}" "$clamshell_started" "$clamshell_end" "$(cat "$clamshell_at/cwd")" \\
    "$(cat "$clamshell_at/title")"
done 2>/dev/null`;

/** Prints what the command `$1` is signalled by, its tag, and whether it has ended. Status 3 where there is none. */
export const FIND = `${HEAD}
clamshell_at=$clamshell_table/$1
clamshell_is_ours "$clamshell_table" && [ -e "$clamshell_at/group" ] || exit 3
cat "$clamshell_at/group" "$clamshell_at/tag" || exit 3
[ ! -e "$clamshell_at/exit" ] || echo ended`;

/**
 * Prints the kept output of the command `$1` and what follows until it is over, then on stderr its status, if it is
 * known. What vanished meanwhile was too much to keep. Output that is held open by what the command left behind is
 * waited for two seconds.
 */
export const ATTACH = `${HEAD}
clamshell_at=$clamshell_table/$1
clamshell_first() {
  clamshell_n=
  clamshell_done=0
  for clamshell_file in "$clamshell_at"/out.*; do
    clamshell_file=\${clamshell_file##*.}
    [ "\${clamshell_n:-$clamshell_file}" -lt "$clamshell_file" ] || clamshell_n=$clamshell_file
  done
  [ -e "$clamshell_at/out.$clamshell_n" ]
} 2>/dev/null
clamshell_first || exit 0
clamshell_looks=0
while :; do
  clamshell_is=running
  if [ -e "$clamshell_at/over" ]; then clamshell_is=over
  elif [ -e "$clamshell_at/exit" ]; then clamshell_is=ended
  elif ! clamshell_is_kept "$clamshell_at"; then clamshell_is=unknown
  fi
  clamshell_next=
  [ ! -e "$clamshell_at/out.$((clamshell_n + 1))" ] || clamshell_next=1
  clamshell_size=$(wc -c 2>/dev/null <"$clamshell_at/out.$clamshell_n") || { clamshell_first || break; continue; }
  if [ "$clamshell_size" -gt "$clamshell_done" ]; then
    tail -c "+$((clamshell_done + 1))" "$clamshell_at/out.$clamshell_n" | head -c $((clamshell_size - clamshell_done))
    clamshell_done=$clamshell_size
    continue
  fi
  if [ -n "$clamshell_next" ]; then
    clamshell_n=$((clamshell_n + 1))
    clamshell_done=0
    continue
  fi
  case $clamshell_is in
    over) break ;;
    ended|unknown) clamshell_looks=$((clamshell_looks + 1)) ;;
  esac
  [ "$clamshell_looks" -lt 10 ] || break
  sleep 0.2 2>/dev/null || sleep 1
done
cat "$clamshell_at/exit" >&2 2>/dev/null`;
