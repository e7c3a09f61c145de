import { quoteWord } from '@clamshell/core';

import { PRELUDE } from './prelude.ts';
import { RECORDS } from './records.ts';

/** Runs whose replaced versions are kept in the sandbox. */
const UNDO_RUNS = 50;

/** Arguments of one call of `SET_ASIDE`: directory, lines of stat, number of names, the names, `.` as the last. */
const ASIDE_WORDS = 64;
export const ASIDE_NAMES = ASIDE_WORDS - 4;

/**
 * Moves names of one directory to the undo store, those that show the stat that was scanned; looks again at what was
 * moved, and puts back what is another version. `$1` is the root, `$2` the undo store.
 */
const SET_ASIDE = `
root=$1 undo=$2 dir=$3 want=$4 count=$5
[ $# -eq ${ASIDE_WORDS + 2} ] || exit 255
shift 5
cd -P -- "./$dir" 2>/dev/null && [ "$PWD" = "$root\${dir:+/$dir}" ] || exit 0
nl='
'
index=0
while [ "$index" -lt "$count" ]; do set -- "$@" "$1"; shift; index=$((index + 1)); done
shift $((${ASIDE_NAMES} + 1 - count))
if [ "$(stat -c '%s %i %y %z' "$@" 2>/dev/null)" != "$want" ]; then
  rest=$want$nl want=
  for name do
    line=\${rest%%"$nl"*} rest=\${rest#*"$nl"}
    if [ "$(stat -c '%s %i %y %z' "$name" 2>/dev/null)" = "$line" ]; then
      set -- "$@" "$name"
      want=$want\${want:+$nl}$line
    fi
  done
  shift "$count"
fi
[ $# -gt 0 ] || exit 0
expected=
mkdir -p -- "$undo/$dir" && mv -f -t "$undo/$dir" "$@" 2>/dev/null
set -f
IFS=$nl
for line in $want; do expected=$expected\${expected:+$nl}\${line% * * *}; done
if [ "$(cd -P -- "$undo/$dir" && stat -c '%s %i %y' "$@" 2>/dev/null)" = "$expected" ]; then exit 0; fi
rest=$expected$nl
for name do
  line=\${rest%%"$nl"*} rest=\${rest#*"$nl"}
  if [ "$(stat -c '%s %i %y' "$undo/$dir/$name" 2>/dev/null)" != "$line" ]; then
    ln -T "$undo/$dir/$name" "$name" 2>/dev/null && rm -f -- "$undo/$dir/$name"
  fi
done
exit 0
`;

/**
 * Takes a tar on stdin with what is to come under `tree/`, and lists under `plan/`, and does nothing to the mount
 * unless all of it arrived: the entry that holds the mark is the last. Arguments: mark, root, run, nonce to write or
 * nothing. Reply: `clamshell-push 1`; `failed` and a word, or `done`; `unplaced` and the staged paths whose place was
 * taken; `touched` and a record for each path of `plan/touched` that is there; `end 0`.
 *
 * Nothing is overwritten: what is to go is moved aside first, what comes is hard-linked where nothing is, directories
 * are removed only when empty.
 */
export const PUSH_PROGRAM = `${PRELUDE}
run=$3 nonce=$4
say 'clamshell-push 1'
stage=.clamshell/staging/$run
fail() { rm -rf -- "$stage"; say failed "$1"; exit 0; }
own() { [ ! -L "$1" ] && { [ -d "$1" ] || mkdir -- "$1" 2>/dev/null; } || fail "$1"; }
[ ! -L "$root" ] && cd -P -- "$root" 2>/dev/null || { say failed root; exit 0; }
own .clamshell
[ -e .clamshell/.gitignore ] || [ -L .clamshell/.gitignore ] || printf '*\\n' >.clamshell/.gitignore
rm -rf .clamshell/staging
own .clamshell/staging
own .clamshell/undo
mkdir -- "$stage" "$stage/tree" "$stage/plan" || fail staging
tar -x -o -f - -C "$stage" || fail tar
[ -f "$stage/plan/end" ] && [ "$(cat "$stage/plan/end")" = "$mark" ] || fail cut
ln "$stage/plan/end" "$stage/plan/linked" 2>/dev/null || fail link
each() {
  list=$stage/plan/$1
  shift
  [ ! -s "$list" ] || cat "$list" | xargs -0 "$@"
}
each drop rm -f --
each aside -n ${ASIDE_WORDS} sh -c ${quoteWord(SET_ASIDE)} _ "$PWD" "$PWD/.clamshell/undo/$run"
each rmdir rmdir -- 2>/dev/null
# busybox takes -n for whole directories, and without it links nothing over what is there.
case $(cp --help 2>&1) in *BusyBox*) keep= ;; *) keep=n ;; esac
cp "-rlPT$keep" "$stage/tree" . 2>/dev/null
if [ -n "$nonce" ]; then
  printf '%s' "$nonce" >"$stage/nonce" && mv -fT "$stage/nonce" .clamshell/nonce || fail nonce
fi
say 'done' unplaced
find "$stage/tree" ! -type d -links 1 -print0
say touched
${RECORDS}
[ ! -s "$stage/plan/touched" ] || cat "$stage/plan/touched" | records
say 'end 0'
rm -rf -- "$stage"
# Of this side's own undo store the newest runs stay.
ls -1t .clamshell/undo 2>/dev/null | tail -n +${UNDO_RUNS + 1} | while read -r old; do
  case $old in *[!0-9a-f]* | '') ;; *) rm -rf -- ".clamshell/undo/$old" ;; esac
done
`;
