import { PRELUDE } from './prelude.ts';
import { RECORDS } from './records.ts';

/**
 * Reply: a tar of the files named on stdin; what can't be read is left out. For GNU tar: names in any number, no pax
 * record but where ustar can't hold a name or a size, and no hard links between the files.
 */
export const PULL_GNU_PROGRAM = `${PRELUDE}
cd -P -- "$root" 2>/dev/null || exit 1
exec tar -c -f - --format=pax --pax-option=delete=mtime,delete=atime,delete=ctime \\
  --hard-dereference --no-recursion --null -T - 2>/dev/null
`;

/** The same where tar takes names as arguments only: no more than fit one call, and no two names of one inode. */
export const PULL_POSIX_PROGRAM = `${PRELUDE}
cd -P -- "$root" 2>/dev/null || exit 1
exec xargs -0 tar -c -f - --no-recursion -- 2>/dev/null
`;

/** Reply: a record for each path named on stdin that is there, then `end 0`. */
export const RESTAT_PROGRAM = `${PRELUDE}
cd -P -- "$root" 2>/dev/null || exit 1
${RECORDS}
records
say 'end 0'
`;
