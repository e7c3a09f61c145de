import { expect, test } from 'vitest';

import { mutate, readCorpus, tryArchive, tryScan } from './fuzz-readers.ts';

/** A bounded run; another each day, and the first of them always. */
const RUNS = 400;
const seeds = [1, Date.now() % 1_000_000];

test.each(readCorpus())('%s, as it is and changed at random, is read or refused', async (name, bytes) => {
  const attempt = name.includes('.tar') ? tryArchive : tryScan;
  expect(await attempt(bytes)).toBe('read');
  const ends = new Set<string>();
  for (const seed of seeds)
    for (let run = 0; run < RUNS; run += 1) ends.add(await attempt(mutate(bytes, seed + run * 7919)));
  expect(ends, 'some are refused').toContain('refused');
});
