/**
 * Answers requests until its standard input ends. Begins with an answer to the mark `$1`: status 0, or 3 where `dd`
 * can't take exactly so many bytes and leave the rest, as GNU's and busybox's can; then it ends.
 *
 * A request is a line `MARK PROGRAM SIZE BODY ARGS`, then SIZE bytes of program text, kept under the number PROGRAM
 * (SIZE is 0 where it was sent before), then BODY bytes of standard input. ARGS are quoted words. The answer is what
 * the program prints, then on both outputs a newline and the line `MARK`, on stdout `MARK STATUS`. Each program has a
 * subshell of its own, which a syntax error or an `exit` ends in place of the loop, and can't see the mark. What it
 * leaves unread of its standard input is thrown away.
 */
export const LOOP = `
export LC_ALL=C
cd /
clamshell_newline='
'
clamshell_take() { dd bs=65536 count="$1" iflag=fullblock,count_bytes 2>/dev/null; }
clamshell_say() {
  printf '\\n%s\\n' "$1" >&2
  printf '\\n%s %s\\n' "$1" "$2"
}
clamshell_answer() (
  clamshell_mark=
  eval "clamshell_text=\\$clamshell_program_$clamshell_program"
  eval "set -- $clamshell_args"
  eval "$clamshell_text"
)
[ "$(printf abc | clamshell_take 2)" = ab ] || { clamshell_say "$1" 3; exit; }
clamshell_say "$1" 0
while read -r clamshell_mark clamshell_program clamshell_size clamshell_body clamshell_args; do
  [ "$clamshell_size" = 0 ] || eval "clamshell_program_$clamshell_program=\\$(clamshell_take $clamshell_size)"
  if [ "$clamshell_body" = 0 ]; then
    clamshell_answer </dev/null
  else
    clamshell_take "$clamshell_body" | {
      clamshell_answer
      clamshell_status=$?
      cat >/dev/null
      exit $clamshell_status
    }
  fi
  clamshell_say "$clamshell_mark" $?
done`;
