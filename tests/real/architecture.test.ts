import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const ROW = /^\| (?<question>[^|]+) \| (?<file>[^|\s]+) +\| `(?<name>\w+)` +\|$/gm;

const rows = [...readFileSync(path.join(ROOT, 'ARCHITECTURE.md'), 'utf8').matchAll(ROW)].map(
  ({ groups }) => groups,
);

test('there are at least twenty questions', () => {
  expect(rows.length).toBeGreaterThanOrEqual(20);
});

test.each(rows)('where is it decided $question', ({ file, name } = {}) => {
  expect(readFileSync(path.join(ROOT, file ?? ''), 'utf8')).toMatch(new RegExp(`\\b${name}\\b`));
});
