import { test } from 'vitest';

const rows = new Set<number>();

/** A test of one row of the hostile-input table, which is known by its number from then on. */
export function hostileRow(row: number, what: string, body: () => Promise<void>): void {
  rows.add(row);
  test(`row ${row}: ${what}`, { timeout: 120_000 }, body);
}

export function registeredRows(): ReadonlySet<number> {
  return rows;
}
