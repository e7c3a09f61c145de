import { shellText } from './shell-text.ts';

/**
 * How the shell program gets at a place, in dash, bash and busybox ash: directory by directory, links resolved here, and
 * once it stands in the last one, `pwd -P` says whether that is where it meant to go. From there on the directory is
 * held: its entries are named `./NAME`, and another directory is held as an open descriptor.
 */
export const SHELL_PLACES = shellText`
LC_ALL=C TZ=UTC0 staged=
export LC_ALL TZ
# Refuses, and leaves nothing half made behind.
no() {
  [ -z "$staged" ] || rm -f -- "$staged" 2>/dev/null
  printf '2 %s %s\nno%s%s' "\${#1}" "\${#2}" "$1" "$2"
  exit 0
}
ok() {
  line=2 body=ok
  for field; do line="$line \${#field}" body=$body$field; done
  printf '%s\n%s' "$line" "$body"
}
# What a tool said, as one of the words.
fail() {
  case $1 in
  *'ermission denied'* | *'not permitted'* | *'Read-only'*) no access ;;
  *'too long'*) no name ;;
  *'o such file'*) no missing ;;
  *'File exists'*) no exists ;;
  *'not empty'*) no not-empty ;;
  *'s a directory'* | *'ot a directory'* | *'with directory'*) no kind ;;
  *) no io "$1" ;;
  esac
}
verify() {
  actual=$(pwd -P; printf .)
  [ "\${actual%?.}" = "$top$here" ] || no escapes
}
# ROOT PATH FOLLOW. Sets 'here', the directory arrived at, below 'top'; 'name' in it, empty for the directory itself; and
# 'rest' in its place where a parent is missing or, with 'blocked', is no directory.
enter() {
  root=$1 todo=$2 here= name= rest= blocked= links=0
  cd -P -- "$root" 2>/dev/null || no no-root
  top=$(pwd -P; printf .)
  top=\${top%?.}
  while [ -n "$todo" ]; do
    name=\${todo%%/*}
    case $todo in */*) todo=\${todo#*/} ;; *) todo= ;; esac
    case $name in
    '' | .) name= ;;
    ..) climb ;;
    *)
      if [ -h "./$name" ] && [ -n "$todo$3" ]; then follow
      elif [ -z "$todo" ]; then break
      elif [ -d "./$name" ]; then descend
      else
        [ ! -e "./$name" ] || blocked=y
        tidy "$name/$todo"
        name=
        break
      fi ;;
    esac
  done
  verify
  canon=$here/$rest$name
  canon=\${canon#/}
  canon=\${canon%/}
}
climb() {
  [ -n "$here" ] || no escapes
  cd -P .. 2>/dev/null || no access
  here=\${here%/*} name=
}
descend() {
  cd -P -- "./$name" 2>/dev/null || no access
  here=$here/$name name=
}
follow() {
  links=$((links + 1))
  [ "$links" -le 40 ] || no escapes
  target=$(readlink "./$name" 2>/dev/null && printf .) || no missing
  target=\${target%?.} name=
  case $target/ in
  "$root"/*) target=\${target#"$root"} ;;
  "$top"/*) target=\${target#"$top"} ;;
  /*) no escapes ;;
  *)
    todo=$target\${todo:+/$todo}
    return ;;
  esac
  cd -P -- "$root" 2>/dev/null || no no-root
  here= todo=$target\${todo:+/$todo}
}
tidy() {
  case /$1/ in */../*) no missing ;; esac
  set -f
  IFS=/
  for part in $1; do
    case $part in '' | .) ;; *) rest=\${rest:+$rest/}$part ;; esac
  done
  unset IFS
  set +f
}
# CLOSED DEEP
guard() {
  list=$1
  while [ -n "$list" ]; do
    list=\${list#//}
    one=\${list%%//*}
    list=\${list#"$one"}
    case $canon/ in "$one"/*) no read-only ;; esac
    [ -z "$2" ] || case $one/ in "$canon"/*) no read-only ;; esac
  done
}
pinned() { [ -z "$1" ] || [ "$1" = "=$canon" ] || no moved; }
is_there() { [ -z "$rest" ] && { [ -e "./$name" ] || [ -h "./$name" ]; }; }
# Brings it down to one name in an existing directory, which it makes only with the flag p.
prepare() {
  [ -z "$blocked" ] || no kind
  [ -n "$rest" ] || return 0
  case $1 in *p*) ;; *) no missing ;; esac
  while :; do
    name=\${rest%%/*}
    [ "$name" != "$rest" ] || break
    rest=\${rest#*/}
    make
    [ ! -h "./$name" ] || no escapes
    descend
    verify
  done
  rest=
}
make() {
  said=$(mkdir -- "./$name" 2>&1) || [ -d "./$name" ] || fail "$said"
}
# The regular file to be replaced: sets its mode, which stays empty where there is none.
target() {
  [ -n "$name" ] || no kind
  mode=
  is_there || return 0
  [ ! -h "./$name" ] || no escapes
  [ -f "./$name" ] || no kind
  seen=$(stat -c '%h %a' "./$name" 2>/dev/null) || return 0
  [ "\${seen% *}" = 1 ] || no linked
  mode=\${seen#* }
}
`;
