import { SHELL_OPERATIONS } from './shell-operations.ts';
import { SHELL_PLACES } from './shell-places.ts';
import { shellText } from './shell-text.ts';

/** Prints `ENTRY//PATH NUL` for its arguments, leaving out what is gone. */
const RECORDS = shellText`
if seen=$(stat -c "$0" -- "$@" 2>/dev/null); then
  printf "%s\n" "$seen" | for path; do
    IFS= read -r line || exit 1
    printf "%s//%s\0" "$line" "\${path#./}"
  done
else
  for path; do
    ! line=$(stat -c "$0" -- "$path" 2>/dev/null) || printf "%s//%s\0" "$line" "\${path#./}"
  done
fi`;

/** Prints `PATH NUL LINE NUL TEXT NUL` for the lines of its arguments, regular files, that match `$0`, `$1` a file. */
const MATCHES = shellText`
most=$1
shift
grep -lE -e "$0" -- "$@" >/dev/null 2>&1 || exit 0
for path; do
  [ ! -h "$path" ] && grep -qE -e "$0" -- "$path" 2>/dev/null || continue
  [ "$(head -c 8192 -- "$path" | wc -c)" = "$(head -c 8192 -- "$path" | tr -d "\000" | wc -c)" ] || continue
  grep -nE -m "$most" -e "$0" -- "$path" | while IFS= read -r line; do
    text=\${line#*:}
    case \${line%%:*} in *[!0-9]* | "") ;; *) printf "%s\0%s\0%.2000s\0" "\${path#./}" "\${line%%:*}" "$text" ;; esac
  done
done`;

/** Its length can't be known before: the reply ends with it, and with an empty record where nothing is missing. */
const LISTING = shellText`
go_in() {
  is_there || no missing
  is_directory "./$name" || no kind
  [ -z "$name" ] || descend
  verify
}
search() {
  go_in
  pattern=$(dd bs=65536 count="$size" iflag=fullblock,count_bytes 2>/dev/null; printf .)
  # An expression is only looked at once there is a line.
  echo | grep -E -e "\${pattern%.}" >/dev/null 2>&1
  [ "$?" -le 1 ] || no pattern
  printf '2 *\nok'
  find . -mindepth 1 -type f -exec sh -c '${MATCHES}' "\${pattern%.}" "$1" {} + 2>/dev/null
  [ "$?" -gt 1 ] || printf '\0'
}
records() {
  go_in
  printf '2 *\nok'
  find . -mindepth 1 -maxdepth "$1" -exec sh -c '${RECORDS}' "$FORMAT" {} + 2>/dev/null
  [ "$?" -gt 1 ] || printf '\0'
}
`;

const SERVE = shellText`
serve() {
  case $1 in
  hello) ok sh; return ;;
  lstat | create | remove | rename) enter "$4" "$6" '' ;;
  *) enter "$4" "$6" y ;;
  esac
  pinned "$7"
  size=\${12}
  case $1 in
  write | append | create | mkdir) guard "$5" '' ;;
  remove) case $2 in *r*) guard "$5" y ;; *) guard "$5" '' ;; esac ;;
  rename) guard "$5" y ;;
  esac
  case $1 in
  write | append | create) prepare "$2" ;;
  esac
  case $1 in
  canonical) ok "$canon" ;;
  lstat | stat) look ;;
  read) read_file $3 ;;
  list) records 1 ;;
  walk) records \${3% *} ;;
  search) search $3 ;;
  checksum) checksum ;;
  write) replace take_content '' ;;
  create) create ;;
  append) append ;;
  mkdir) make_directory ;;
  remove) remove "$2" ;;
  rename) rename "$8" "$9" "\${10}" "\${11}" "$2" ;;
  copy) copy "$8" "$9" "\${10}" "\${11}" "$2" ;;
  esac
}
# One of many leaves to the next one what is its own, also where it was refused.
while [ "$#" -gt 0 ]; do
  if [ "$#" -eq 12 ]; then (serve "$@")
  else
    dd bs=65536 count="\${12}" iflag=fullblock,count_bytes 2>/dev/null | {
      (serve "$@")
      cat >/dev/null
    }
  fi
  shift 12
done
`;

/** For a sandbox without python3: what its arguments ask for, content on standard input, `readlink`, `stat`, `dd` …. */
export const SHELL_PROGRAM = SHELL_PLACES + SHELL_OPERATIONS + LISTING + SERVE;
