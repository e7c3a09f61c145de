/**
 * Shell text of a function `tagged NAME=VALUE` that prints the `/proc/PID/environ` of each process that carries the
 * variable, zombies never among them. Some busybox's grep reads no further than a NUL.
 */
export const FIND_TAGGED = `
tagged() {
  if printf 'a\\000b' | grep -qzF b 2>/dev/null; then
    grep -lszxF -e "$1" /proc/[0-9]*/environ
  else
    for file in /proc/[0-9]*/environ; do
      { tr '\\000' '\\n' <"$file" | grep -qxF -e "$1"; } 2>/dev/null && echo "$file"
    done
  fi
}
`;
