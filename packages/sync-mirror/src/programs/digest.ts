import { quoteWord } from '@clamshell/core';

import { PRELUDE } from './prelude.ts';

/**
 * One field for each path given: its sha256 in hex, or `-`. sha256sum prints names, and odd ones escaped in ways that
 * differ: a batch with a backslash or a newline in a name, or with anything that is no file, goes one by one. Where only a
 * carriage return was escaped, a backslash before the digest says so.
 */
const HASH = `
say() { printf '%s\\0' "$@"; }
set -f
nl='
'
is_plain() {
  for path do
    case $path in *\\\\*|*"$nl"*) return 1 ;; esac
    [ -f "$path" ] && [ ! -L "$path" ] || return 1
  done
}
if is_plain "$@" && lines=$(sha256sum "$@" 2>/dev/null); then
  IFS=$nl
  for line in $lines; do
    line=\${line%% *}
    say "\${line#\\\\}"
  done
else
  for path do
    digest=-
    if [ -f "$path" ] && [ ! -L "$path" ]; then
      line=$(sha256sum <"$path" 2>/dev/null) && digest=\${line%% *}
    fi
    say "$digest"
  done
fi
`;

/** A field for each path on stdin, in their order. */
export const SAY_DIGESTS = `xargs -0 -n 250 sh -c ${quoteWord(HASH)} _`;

/** Arguments: mark, root. Stdin: paths, each ended by NUL. Reply: a field for each, in their order, then `end`. */
export const DIGEST_PROGRAM = `${PRELUDE}
cd -P -- "$root" 2>/dev/null || exit 1
${SAY_DIGESTS}
say end
`;
