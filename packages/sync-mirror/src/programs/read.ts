import { PRELUDE } from './prelude.ts';

/** Arguments: mark, root. Stdin: one path, ended by NUL. Reply: what the file holds; nothing where it is none. */
export const READ_PROGRAM = `${PRELUDE}
cd -P -- "$root" 2>/dev/null || exit 1
xargs -0 cat -- 2>/dev/null
`;
