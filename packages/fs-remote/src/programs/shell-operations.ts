import { shellText } from './shell-text.ts';

/** What the shell program does at its places, and the loop over its arguments, twelve an operation. */
export const SHELL_OPERATIONS = shellText`
FORMAT='%f %s %h %Y %y'
look() {
  is_there || no missing
  seen=$(stat -c "$FORMAT" "./$name" 2>/dev/null) || no missing
  ok "$seen"
}
# The file open as descriptor 3 is the regular file of that name: sets 'identity' and 'seen'.
opened() {
  seen=$(stat -L -c "%d:%i $FORMAT" /proc/self/fd/3 2>/dev/null) || no access
  named=$(stat -c '%d:%i' "./$name" 2>/dev/null) || no missing
  identity=\${seen%% *} seen=\${seen#* }
  [ "$identity" = "$named" ] || no escapes
  case $seen in 8???' '*) ;; *) no kind ;; esac
}
readable() {
  is_there || no missing
  [ ! -h "./$name" ] || no escapes
  [ -f "./$name" ] || no kind
}
read_file() {
  readable
  {
    opened
    size=\${seen#* }
    size=$((\${size%% *} - $1))
    [ "$size" -ge 0 ] || size=0
    if [ "$2" -ge 0 ] && [ "$2" -lt "$size" ]; then size=$2; fi
    [ "$size" -le "$3" ] || no limit "$size"
    printf '2 %s %s %s %s 1\nok%s%s%s' "\${#seen}" "\${#canon}" "\${#identity}" "$size" "$seen" "$canon" "$identity"
    send_content "$1" "$size"
    exit 0
  } 2>/dev/null 3<"./$name"
  no access
}
checksum() {
  readable
  {
    opened
    sum=$(sha256sum <&3 2>/dev/null) || no io 'no sha256sum'
    [ "$seen" = "$(stat -L -c "$FORMAT" /proc/self/fd/3)" ] || no changed
    ok "$seen" "\${sum%% *}"
    exit 0
  } 2>/dev/null 3<"./$name"
  no access
}
# Exactly the bytes that were promised, and whether they were there.
send_content() {
  [ "$2" -gt 0 ] || { printf 1; return; }
  dd bs=65536 skip="$1" count="$2" iflag=skip_bytes,count_bytes,fullblock <&3
  at=0
  while read -r key value; do [ "$key" != pos: ] || at=$value; done </proc/self/fdinfo/3
  short=$(($1 + $2 - at))
  [ "$short" -gt 0 ] || { printf 1; return; }
  head -c "$short" /dev/zero
  printf 0
}
take_content() {
  dd bs=65536 count="$size" iflag=fullblock,count_bytes 2>/dev/null
  [ "$(stat -L -c %s /proc/self/fd/4)" = "$size" ] || { echo 'written in part' >&2; exit 1; }
}
copy_content() { cat <&3; }
# FILL: content in a file beside the name, with 'mode' where that is set.
stage() {
  staged=./.clamshell-$$.tmp
  rm -f -- "$staged" 2>/dev/null
  said=$({
    set -C
    { [ -z "$mode" ] || chmod "$mode" /proc/self/fd/4 || exit 1; "$1" >&4 || exit 1; } 4>"$staged"
  } 2>&1) || fail "$said"
}
replace() {
  target
  mode=\${mode:-$2}
  stage "$1"
  said=$(mv -f -T -- "$staged" "./$name" 2>&1) || fail "$said"
  ok
}
create() {
  [ -n "$name" ] || no exists
  ! is_there || no exists
  mode=
  stage take_content
  said=$(ln -T -- "$staged" "./$name" 2>&1)
  made=$?
  rm -f -- "$staged"
  [ "$made" = 0 ] || fail "$said"
  ok
}
append() {
  target
  is_there || { create; return; }
  mode=
  stage take_content
  {
    seen=$(stat -L -c '%d:%i %h' /proc/self/fd/4 2>/dev/null) || no access
    [ "$seen" = "$(stat -c '%d:%i 1' "./$name" 2>/dev/null)" ] || no escapes
    said=$(cat "$staged" 2>&1 >&4) || fail "$said"
    rm -f -- "$staged"
    ok
    exit 0
  } 4>>"./$name"
  no access
}
make_directory() {
  if [ -z "$rest" ] && is_there; then
    [ ! -h "./$name" ] && [ -d "./$name" ] || no kind
  else
    prepare p
    make
  fi
  ok
}
remove() {
  [ -n "$name$rest" ] || no kind
  is_there || case $1 in *f*) ok; return ;; *) no missing ;; esac
  if [ -h "./$name" ] || [ ! -d "./$name" ]; then said=$(rm -f -- "./$name" 2>&1)
  else case $1 in
    *r*) said=$(remove_tree 2>&1) ;;
    *) said=$(rmdir -- "./$name" 2>&1) ;;
  esac; fi || fail "$said"
  ok
}
# GNU's follows no link that is swapped in; another one may go by names.
remove_tree() {
  if rm --version 2>/dev/null | grep -q GNU; then rm -rf -- "./$name"
  else clear_tree "$top$here" "$name"
  fi
}
# EXPECTED NAME: is entered, and emptied only where it was expected.
clear_tree() {
  (
    cd -P -- "./$2" || exit 1
    actual=$(pwd -P; printf .)
    [ "\${actual%?.}" = "$1/$2" ] || exit 1
    find . -mindepth 1 -maxdepth 1 ! -type d -exec rm -f -- {} +
    for entry in ./* ./.[!.]* ./..?*; do
      [ ! -d "$entry" ] || [ -h "$entry" ] || clear_tree "$1/$2" "\${entry#./}" || exit 1
    done
  ) && rmdir -- "./$2"
}
is_directory() { [ -d "$1" ] && [ ! -h "$1" ]; }
# ROOT CLOSED PATH PIN FLAGS of the destination, while the source is held.
rename() {
  [ -n "$name$rest" ] || no kind
  is_there || no missing
  from=$top/$canon name_from=$name kind=
  ! is_directory "./$name" || kind=directory
  exec 5<. || no access
  enter "$1" "$3" ''
  pinned "$4"
  guard "$2" y
  [ -n "$name$rest" ] || no kind
  [ "$from" != "$top/$canon" ] || { ok; return; }
  case $top/$canon in "$from"/*) no kind ;; esac
  prepare "$5"
  source=/proc/self/fd/5/$name_from
  if is_there; then
    [ -z "$kind" ] && [ -f "./$name" ] && [ ! -h "./$name" ] || no exists
    # Two names of one file stay both, says POSIX.
    if [ "$(stat -c %d:%i "./$name")" = "$(stat -c %d:%i "$source")" ]; then
      rm -f -- "./$name"
    fi
  fi
  [ "$(stat -c %d .)" = "$(stat -L -c %d /proc/self/fd/5)" ] || no io 'another file system'
  said=$(mv -f -T -- "$source" "./$name" 2>&1) || fail "$said"
  ok
}
copy() {
  readable
  {
    opened
    from=$top/$canon
    mode_from=$(stat -L -c %a /proc/self/fd/3)
    enter "$1" "$3" y
    pinned "$4"
    guard "$2" ''
    [ "$from" != "$top/$canon" ] || { ok; exit 0; }
    prepare "$5"
    replace copy_content "$mode_from"
    exit 0
  } 3<"./$name"
  no access
}
`;
