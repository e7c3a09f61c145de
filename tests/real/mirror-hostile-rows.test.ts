import fs from 'node:fs';

import { expect, test } from 'vitest';

import './hostile-archive-rows.ts';
import './hostile-name-rows.ts';
import './hostile-tree-rows.ts';
import { registeredRows } from './hostile-row.ts';

const root = new URL('../../', import.meta.url);
const ENTRIES = 'packages/host/src/archive/refused-entries.test.ts';
const ARCHIVES = 'packages/host/src/archive/refused-archives.test.ts';
const TREE = 'packages/host/src/tree/host-tree-confinement.test.ts';
const HOSTILE = 'tests/real/mirror-hostile.test.ts';
const LIARS = 'tests/real/mirror-liars.test.ts';
const RACES = 'tests/real/mirror-races.test.ts';
const SAFETY = 'tests/real/mirror-safety.test.ts';
const MERGE = 'packages/sync-mirror/src/plan/reconcile.test.ts';

/** Rows that a mirror meets and another suite tries: the title of a test there, or part of it. */
const ELSEWHERE: readonly (readonly [row: number, suite: string, title: string])[] = [
  [16, 'packages/core/src/protect/protected-paths.test.ts', 'git~1/config'],
  [25, TREE, '(rows 25, 26, 31)'],
  [26, TREE, '(rows 25, 26, 31)'],
  [28, TREE, '(row 28)'],
  [29, TREE, '(row 29)'],
  [31, TREE, '(rows 25, 26, 31)'],
  [34, HOSTILE, 'a directory in place of the file (34)'],
  [37, 'packages/sync-mirror/src/scan/parse-scan.test.ts', 'listed twice'],
  [40, LIARS, 'nothing but its root'],
  [41, SAFETY, 'sandbox-root-missing'],
  [50, 'packages/host/src/archive/taken-entries.test.ts', '(row 50)'],
  [52, TREE, '(row 52)'],
  [53, HOSTILE, 'a file of another size (53)'],
  [54, ARCHIVES, '(row 54)'],
  [55, ARCHIVES, '(row 55)'],
  [57, ENTRIES, '(row 57)'],
  [59, ARCHIVES, '(row 59)'],
  [61, LIARS, 'two hundred million empty fields'],
  [62, HOSTILE, 'a file of 1 TiB'],
  [63, HOSTILE, 'an archive that is cut in a file'],
  [64, ARCHIVES, '(row 64)'],
  [67, HOSTILE, '(67)'],
  [69, 'tests/real/mirror-round-trip.test.ts', 'hides behind the old size and time'],
  [72, MERGE, 'different edits: the host stays'],
  [73, MERGE, 'an edit beats a removal'],
  [74, MERGE, 'a file against a directory'],
  [77, HOSTILE, 'noise before each reply is understood'],
  [78, LIARS, 'that it placed, and put something else'],
  [79, LIARS, 'a byte now and then'],
  [92, 'tests/real/mirror-faults.test.ts', 'that fails leaves each path old or new'],
  [93, 'tests/real/mirror-crash.test.ts', 'dies before any change'],
  [94, RACES, 'take turns, and both end well'],
  [96, 'tests/real/mirror-state.test.ts', 'can’t be read or replaced'],
];

/** Of a connection, a command line or a file bridge; and 91, a host that folds names, where nothing is promised yet. */
const OTHERS = [45, 81, 83, 84, 85, 86, 87, 88, 90, 91, 100];

/** What the table holds. */
const ROWS = [
  ...[1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 15, 16, 17, 19, 22, 23, 24, 25, 26, 28, 29, 30, 31, 33, 34, 35, 37],
  ...[39, 40, 41, 42, 44, 45, 47, 48, 49, 50, 51, 52, 53, 54, 55, 57, 59, 60, 61, 62, 63, 64, 66, 67, 69],
  ...[70, 72, 73, 74, 76, 77, 78, 79, 81, 83, 84, 85, 86, 87, 88, 90, 91, 92, 93, 94, 95, 96, 100],
];

test('every row is tried here, by a suite that is named, or is no matter of the mirror', () => {
  const tried = [...registeredRows(), ...ELSEWHERE.map(([row]) => row), ...OTHERS];
  expect(ROWS.filter((row) => !tried.includes(row))).toEqual([]);
  expect(tried.filter((row) => !ROWS.includes(row))).toEqual([]);
  for (const [row, suite, title] of ELSEWHERE)
    expect(fs.readFileSync(new URL(suite, root), 'utf8'), `row ${row}`).toContain(title);
});
