import { expect, test } from 'vitest';

import { identifyProcess, isProcessAlive } from '../index.ts';

test('this process is alive, and the same each time', () => {
  const self = identifyProcess(process.pid);
  expect(self).toEqual(identifyProcess(process.pid));
  expect(self !== undefined && isProcessAlive(self)).toBe(true);
});

test('a pid beyond all pids is nobody', () => {
  expect(identifyProcess(2 ** 30)).toBeUndefined();
  expect(isProcessAlive({ pid: 2 ** 30, startTime: '1', bootId: '' })).toBe(false);
});
