import { expect, test } from 'vitest';

import { createBench } from '../e2e/clamshell.ts';
import { killRemoval, killRun } from '../e2e/kills.ts';

const RUN_POINTS = [
  'inspecting',
  'provisioning',
  'connecting',
  'adopting',
  'surveying',
  'syncing',
  'recording',
  'executing',
  'finishing',
  'closing',
];
const REMOVAL_POINTS = [
  'inspecting',
  'syncing',
  'removing:claim',
  'removing:remove',
  'removing:forget',
  'closing',
];
/** Milliseconds after the point was reached. */
const DELAYS = [0, 20, 100];

test('a host process killed at and after every place of a run loses nothing', async ({ task }) => {
  await using bench = await createBench();
  const hits: Record<string, number> = {};
  for (const point of RUN_POINTS) {
    for (const delay of DELAYS) {
      const isHit = await killRun(bench, `${point}+${delay}`, `${point}-${delay}`);
      hits[point] = (hits[point] ?? 0) + Number(isHit);
    }
  }
  Object.assign(task.meta, { figures: { killsByPlace: hits, tries: RUN_POINTS.length * DELAYS.length } });
  expect(Object.values(hits).reduce((all, each) => all + each, 0)).toBeGreaterThan(DELAYS.length);
});

test('a host process killed at and after every place of a removal loses nothing', async ({ task }) => {
  await using bench = await createBench();
  const hits: Record<string, number> = {};
  for (const point of REMOVAL_POINTS) {
    for (const delay of [0]) {
      const isHit = await killRemoval(bench, `${point}+${delay}`, `${point.replace(':', '-')}-${delay}`);
      hits[point] = (hits[point] ?? 0) + Number(isHit);
    }
  }
  Object.assign(task.meta, { figures: { killsByPlace: hits, tries: REMOVAL_POINTS.length } });
  expect(Object.values(hits).reduce((all, each) => all + each, 0)).toBeGreaterThan(1);
});
