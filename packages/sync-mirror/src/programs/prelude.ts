/**
 * Every program starts so. `$1` is the reply's mark, `$2` the mount's root. The mark stands alone on a line before the
 * first byte of the reply, since a login profile may have printed something first.
 */
export const PRELUDE = `
LC_ALL=C TZ=UTC0
export LC_ALL TZ
unset CDPATH POSIXLY_CORRECT TAR_OPTIONS
umask 022
mark=$1 root=$2 find_kind=
nl='
'
say() { printf '%s\\0' "$@"; }
printf '\\n%s\\n' "$mark"
`;
