import fs from 'node:fs';

import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const ENTRIES = 'packages/host/src/archive/refused-entries.test.ts';
const ARCHIVES = 'packages/host/src/archive/refused-archives.test.ts';
const TAKEN = 'packages/host/src/archive/taken-entries.test.ts';
const TREE = 'packages/host/src/tree/host-tree-confinement.test.ts';
const HOSTILE = 'tests/real/mirror-hostile.test.ts';
const RACES = 'tests/real/mirror-races.test.ts';
const SAFETY = 'tests/real/mirror-safety.test.ts';
const GIT = 'tests/real/mirror-git-conflict.test.ts';
const TABLE = 'packages/core/src/protect/protected-paths.test.ts';
const LINKS = 'packages/sync-mirror/src/plan/symlink-target.test.ts';
const SCAN = 'packages/sync-mirror/src/scan/parse-scan.test.ts';
const MERGE = 'packages/sync-mirror/src/plan/reconcile.test.ts';
const TRIPS = 'tests/real/mirror-round-trip.test.ts';
const FAULTS = 'tests/real/mirror-faults.test.ts';

/** Rows of the hostile-input table that a mirror meets, by number: which suite shows it, and a text of that suite. */
const ROWS: readonly (readonly [row: number, what: string, suite: string, text: string])[] = [
  [1, 'a name that leads upwards', ENTRIES, '(row 1)'],
  [1, 'the same in a listing', HOSTILE, 'a path that leads out'],
  [2, 'a name that leads upwards later', ENTRIES, '(row 2)'],
  [3, 'an absolute name', ENTRIES, '(row 3)'],
  [3, 'the same in a listing', HOSTILE, 'an absolute path'],
  [4, 'repeated roots', ENTRIES, '(row 4)'],
  [5, 'Windows roots', ENTRIES, '(row 5)'],
  [6, 'backslashes', TAKEN, '(row 6)'],
  [7, 'a link, then a file through it', HOSTILE, 'a link, then a file through it (7)'],
  [8, 'chained links', ENTRIES, '(rows 7, 8)'],
  [10, 'a hard link to a file of the host', HOSTILE, 'a hard link to a file of the host (10)'],
  [11, 'a hard link upwards', ENTRIES, '(row 11)'],
  [16, 'short names of git directories', TABLE, 'git~1/config'],
  [17, 'hooks and configuration of git', GIT, 'its hooks and its configuration'],
  [17, 'the same in a bare repository', GIT, 'in a bare repository under any name'],
  [22, 'start-up files, editors, agents', TABLE, '.vscode/tasks.json'],
  [23, 'a link to a place beside the root', LINKS, "'/etc/passwd', false"],
  [24, 'link targets that are none', ENTRIES, '(row 24)'],
  [
    25,
    'a link that is pointed elsewhere meanwhile',
    RACES,
    'a directory of the host that becomes a link is not followed',
  ],
  [26, 'a parent swapped for a link', TREE, '(rows 25, 26, 31)'],
  [28, 'a link in place of the file', TREE, '(row 28)'],
  [29, 'a link in place of a file that is read', TREE, '(row 29)'],
  [30, 'reading through a link', TREE, '(row 30)'],
  [31, 'a rename through a swapped parent', TREE, '(rows 25, 26, 31)'],
  [33, 'files that were not requested', HOSTILE, 'a file that was not requested (33)'],
  [34, 'another kind than was asked for', HOSTILE, 'a directory in place of the file (34)'],
  [35, 'an empty name, the root itself', ENTRIES, '(row 35)'],
  [37, 'a directory that is declared anew', SCAN, 'listed twice'],
  [40, 'a listing of nothing', SAFETY, 'sandbox-root-emptied'],
  [41, 'a root that is missing or no directory', SAFETY, 'sandbox-root-missing'],
  [42, 'names that look like options', TRIPS, '--checkpoint'],
  [47, 'names and paths that are too long', ENTRIES, '(row 47)'],
  [49, 'setuid, setgid, sticky', TAKEN, '(row 49)'],
  [50, 'owners and attributes in pax', TAKEN, '(row 50)'],
  [51, 'devices, FIFOs, sockets', ENTRIES, '(row 51)'],
  [52, 'a FIFO in place of a file', TREE, '(row 52)'],
  [53, 'a file of another size', HOSTILE, 'a file of another size (53)'],
  [54, 'sizes beyond every bound', ARCHIVES, '(row 54)'],
  [55, 'two sizes that disagree', ARCHIVES, '(row 55)'],
  [57, 'NUL in a pax path', ENTRIES, '(row 57)'],
  [59, 'long names without end', ARCHIVES, '(row 59)'],
  [61, 'entries without end', ARCHIVES, '(row 61)'],
  [62, 'a file of 1 TiB', HOSTILE, 'a file of 1 TiB'],
  [63, 'a stream that is cut', HOSTILE, 'an archive that is cut in a file'],
  [64, 'a wrong checksum, something after the end', ARCHIVES, '(row 64)'],
  [67, 'another content than its digest said', HOSTILE, '(67)'],
  [69, 'an edit behind the same size and time', TRIPS, 'hides behind the old size and time'],
  [72, 'edits on both sides', MERGE, 'different edits: the host stays'],
  [73, 'an edit against a removal', MERGE, 'an edit beats a removal'],
  [74, 'a file against a directory', MERGE, 'a file against a directory'],
  [77, 'noise of a login profile', HOSTILE, 'noise before each reply is understood'],
  [78, 'tools that lie', HOSTILE, 'whose listing lies about everything'],
  [92, 'ENOSPC, EXDEV, EMFILE, EACCES', FAULTS, 'a call to the file system that fails'],
  [93, 'a crash before any change', 'tests/real/mirror-crash.test.ts', 'dies before any change'],
  [94, 'two processes on one workspace', RACES, 'take turns, and both end well'],
  [
    96,
    'files that can’t be read or replaced',
    'tests/real/mirror-state.test.ts',
    'can’t be read or replaced',
  ],
];

test.each(ROWS)('row %i, %s, is shown by %s', (_row, _what, suite, text) => {
  expect(fs.readFileSync(new URL(suite, root), 'utf8')).toContain(text);
});
