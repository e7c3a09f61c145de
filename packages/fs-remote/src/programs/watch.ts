import { SHELL_PLACES } from './shell-places.ts';
import { shellText } from './shell-text.ts';

/**
 * ROOT BYTES, and so many bytes of a path on standard input: `DIRECTORY NUL`, and then what happens below it as
 * `EVENTS:PATH NUL`, by the sandbox's own `inotifywait`. Ends where there is none, or one whose names can't be told apart.
 */
export const WATCH_PROGRAM =
  SHELL_PLACES +
  shellText`
path=$(dd bs=65536 count="$2" iflag=fullblock,count_bytes 2>/dev/null; printf .)
enter "$1" "\${path%.}" y
is_there || exit 3
[ -z "$name" ] || descend
verify
inotifywait --help 2>&1 | grep -q -e --no-newline || exit 3
events=modify,attrib,close_write,moved_from,moved_to,create,delete,delete_self,move_self,unmount
# By its name: a directory that is held is never told to have gone.
cd /
printf '%s\0' "$top$here"
exec inotifywait -m -r -e "$events" --no-newline --format '%e:%w%f%0' -- "$top$here"
`;
