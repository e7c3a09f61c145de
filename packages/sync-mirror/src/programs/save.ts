import { PRELUDE } from './prelude.ts';

/** Reply: a tar of the whole mount but the mirror’s own directory. busybox's tar knows no `--exclude`. */
export const SAVE_PROGRAM = `${PRELUDE}
cd -P -- "$root" 2>/dev/null || exit 1
set --
for name in ..?* .[!.]* *; do
  [ -e "$name" ] || [ -L "$name" ] || continue
  [ "$name" = .clamshell ] || set -- "$@" "./$name"
done
[ $# -gt 0 ] || exec head -c 1024 /dev/zero
exec tar -c -f - "$@" 2>/dev/null
`;
