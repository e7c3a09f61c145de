/** Status of a program that can't enter, or make, its directory; of one that finds something in it. */
export const NO_DIRECTORY = 3;
export const NOT_EMPTY = 4;

/** Prints a tar of the directory `$1`. GNU's gives times to the nanosecond and no hard links; busybox's does neither. */
export const PACK = `
cd -- "$1" || exit ${NO_DIRECTORY}
set -- -c -f -
tar --version 2>/dev/null | grep -q GNU &&
  set -- "$@" --format=pax --pax-option=delete=atime,delete=ctime --hard-dereference
exec tar "$@" .`;

/** Fills the directory `$1`, which it makes with its parents, from a tar on standard input. */
export const UNPACK = `
mkdir -p -- "$1" && cd -- "$1" || exit ${NO_DIRECTORY}
[ -z "$(ls -A)" ] || exit ${NOT_EMPTY}
exec tar -x -p -o -f -`;
