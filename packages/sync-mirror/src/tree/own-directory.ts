import type { RelPath } from '@clamshell/core';

/** The mirror's own directory at the root of each side: staging and undo. Scanned by neither, trusted by neither. */
export const OWN_DIRECTORY = '.clamshell' as RelPath;
