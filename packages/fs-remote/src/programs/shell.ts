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

/** Its length can't be known before: the reply ends with it, and with an empty record where nothing is missing. */
const LISTING = shellText`
records() {
  is_there || no missing
  is_directory "./$name" || no kind
  [ -z "$name" ] || descend
  verify
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
  write) replace take_content '' ;;
  create) create ;;
  append) append ;;
  mkdir) make_directory ;;
  remove) remove "$2" ;;
  rename) rename "$8" "$9" "\${10}" "\${11}" "$2" ;;
  copy) copy "$8" "$9" "\${10}" "\${11}" "$2" ;;
  esac
}
while [ "$#" -gt 0 ]; do
  (serve "$@")
  shift 12
done
`;

/** For a sandbox without python3: what its arguments ask for, content on standard input, `readlink`, `stat`, `dd` …. */
export const SHELL_PROGRAM = SHELL_PLACES + SHELL_OPERATIONS + LISTING + SERVE;
