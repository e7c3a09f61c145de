/*
 * Constant programs for dash, bash and busybox ash. `$1` is the root, `$2` the limit in bytes; the path comes on stdin,
 * so that its bytes survive. They answer with one line, and `read` with the content after it.
 *
 * What is checked can be swapped before it is used, so the use is what is checked: `pwd -P` tells where a `cd` really
 * arrived, and an open descriptor is compared with the entry it should be (hostile-input rows 25, 26 and 29).
 */

/** Arrives in the parent directory, with `$name` to look at there. */
const ENTER_PARENT = `
LC_ALL=C TZ=UTC0
export LC_ALL TZ
refuse() { printf 'refused %s\\n' "$1"; exit 0; }
path=$(cat; printf x)
path=\${path%x}
cd -P -- "$1" >/dev/null 2>&1 || refuse no-root
expected=$(pwd -P; printf x)
expected=\${expected%?x}
rest=$path
while :; do
  name=\${rest%%/*}
  [ "$name" = "$rest" ] && break
  rest=\${rest#*/}
  [ -h "./$name" ] && refuse escapes
  [ -d "./$name" ] || refuse missing
  cd -P -- "./$name" >/dev/null 2>&1 || refuse access
  expected=$expected/$name
done
actual=$(pwd -P; printf x)
[ "\${actual%?x}" = "$expected" ] || refuse escapes
`;

export const LSTAT_PROGRAM = `${ENTER_PARENT}
line=$(stat -c '%f %s %Y %y' "./$name" 2>/dev/null) || refuse missing
printf 'entry %s\\n' "$line"
`;

/** Sends as many bytes as the file had when it was opened; fewer come when it shrinks meanwhile. */
export const READ_PROGRAM = `${ENTER_PARENT}
[ -h "./$name" ] && refuse symlink
[ -e "./$name" ] || refuse missing
[ -f "./$name" ] || refuse kind
{
  opened=$(stat -L -c '%d:%i %f %s' /proc/self/fd/3 2>/dev/null) || refuse access
  named=$(stat -c '%d:%i' "./$name" 2>/dev/null) || refuse missing
  set -- "$2" $opened
  [ "$2" = "$named" ] || refuse escapes
  case $3 in 8???) ;; *) refuse kind ;; esac
  printf 'content %s\\n' "$4"
  [ "$4" -gt "$1" ] || head -c "$4" <&3
  exit
} 2>/dev/null 3<"./$name"
refuse access
`;
