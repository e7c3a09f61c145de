import { SAY_DIGESTS } from './digest.ts';
import { PRELUDE } from './prelude.ts';
import { RECORDS } from './records.ts';

/**
 * Lists the mount in one round trip. Arguments: mark, root, digest of the records that are known or nothing, the kinds of
 * find and tar where they are known, and whether stdin holds paths whose digest is wanted. Reply, each field ended by
 * NUL: `clamshell-scan 1`, the root’s kind, or `unfit` and the name of a tool that is missing; where the kind is
 * `directory`: nonce or nothing, clock in s, kind of find, kind of tar; then `same` and no more, or `records` and the
 * records, `unreadable` and a path for each directory that can't be listed, `end` and find's exit status; last, where
 * they were wanted, `digests` and a digest or `-` for each path.
 */
export const SCAN_PROGRAM = `${PRELUDE}
known=$3 find_kind=$4 tar_kind=$5 wanted=$6
say 'clamshell-scan 1'
if [ -L "$root" ]; then say link; exit; fi
if [ ! -e "$root" ]; then say missing; exit; fi
if [ ! -d "$root" ] || ! cd -P -- "$root" 2>/dev/null || [ ! -r . ]; then say other; exit; fi
for tool in find xargs stat sha256sum tar cp mv ln; do
  command -v "$tool" >/dev/null 2>&1 || { say unfit "$tool"; exit; }
done
say directory
nonce=
if [ -d .clamshell ] && [ ! -L .clamshell ] && [ -f .clamshell/nonce ] && [ ! -L .clamshell/nonce ]; then
  read -r nonce <.clamshell/nonce
  case $nonce in *[!0-9a-f]*) nonce= ;; esac
fi
say "$nonce" "$(date +%s)"
${RECORDS}
if [ -z "$tar_kind" ]; then
  case $(tar --version 2>/dev/null) in *'GNU tar'*) tar_kind=gnu ;; *) tar_kind=posix ;; esac
fi
say "$find_kind" "$tar_kind"
list() {
  if [ "$find_kind" = gnu ]; then
    find . -xdev -path ./.clamshell -prune -o -printf "$gnu_format" 2>/dev/null
  else
    find . -xdev -path ./.clamshell -prune -o -exec sh -c "$CLAMSHELL_BATCH" _ {} + 2>/dev/null
  fi
}
digests() {
  [ -n "$wanted" ] || return 0
  say digests
  ${SAY_DIGESTS}
}
manifest=.clamshell/manifest.$mark
if [ -n "$nonce" ] && [ -n "$known" ] && list >"$manifest"; then
  digest=$(sha256sum <"$manifest")
  if [ "\${digest%% *}" = "$known" ]; then say same; else say records; cat "$manifest"; say 'end 0'; fi
  rm -f -- "$manifest"
  digests
  exit
fi
[ -z "$nonce" ] || rm -f -- "$manifest"
say records
list
status=$?
if [ "$status" -ne 0 ]; then
  find . -xdev -path ./.clamshell -prune -o -type d -exec sh -c '
    for path do [ -r "$path" ] && [ -x "$path" ] || printf "%s\\0" unreadable "$path"; done' _ {} + 2>/dev/null
fi
say "end $status"
digests
`;
