import { quoteWord } from '@clamshell/core';

/**
 * The stat of many paths where find has no -printf (busybox): the names first, then one line of stat each, then the
 * links’ targets. Where an entry vanished in between it says so, and goes on with those that are there.
 */
const BATCH = `
if lines=$(stat -c '%f %s %i %d %Y %Z %y %z' "$@" 2>/dev/null); then
  printf '%s\\0' "batch $#" "$@" "$lines"
  index=0
  for path do
    if [ -L "$path" ]; then
      printf '%s\\0' "link $index"
      readlink -n "$path"
      printf '\\0'
    fi
    index=$((index + 1))
  done
  printf '%s\\0' done
elif [ $# -gt 64 ]; then
  printf '%s\\0' "$@" | xargs -0 -n 64 sh -c "$CLAMSHELL_BATCH" _
else
  printf '%s\\0' torn
  given=$#
  for path do
    if [ -e "$path" ] || [ -L "$path" ]; then set -- "$@" "$path"; fi
  done
  shift "$given"
  if [ $# -gt 0 ] && [ $# -lt "$given" ]; then
    sh -c "$CLAMSHELL_BATCH" _ "$@"
  elif [ $# -gt 1 ]; then
    for path do sh -c "$CLAMSHELL_BATCH" _ "$path"; done
  fi
fi
`;

/** A record of GNU find’s: `type mode size mtime ctime inode device`, the path, a link’s target. */
export const FIND_FORMAT = String.raw`e %y %m %s %T@ %C@ %i %D\0%p\0%l\0`;

/**
 * Defines `find_kind` and `records`, which reads NUL-ended paths on stdin and prints a record for each that is there.
 * Paths begin with "./", so none reads as an option.
 */
export const RECORDS = `
if [ -z "$find_kind" ]; then
  case $(find --version 2>/dev/null) in *GNU*) find_kind=gnu ;; *) find_kind=posix ;; esac
fi
gnu_format='${FIND_FORMAT}'
CLAMSHELL_BATCH=${quoteWord(BATCH)}
CLAMSHELL_FORMAT=$gnu_format
export CLAMSHELL_BATCH CLAMSHELL_FORMAT
records() {
  if [ "$find_kind" = gnu ]; then
    xargs -0 sh -c 'find "$@" -maxdepth 0 -printf "$CLAMSHELL_FORMAT" 2>/dev/null' _
  else
    xargs -0 sh -c "$CLAMSHELL_BATCH" _
  fi
}
`;
