import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { createProgress, describeProgress } from './progress.ts';

test.each([
  [{ phase: 'connect', files: 0, bytes: 0 }, 1_900, 'connect: 1 s'],
  [{ phase: 'pull', files: 1204, bytes: 4 * 1024 ** 2 }, 2_000, 'pull: 1,204 files, 4.0 MiB, 2.0 MiB/s, 2 s'],
  [{ phase: 'a\x1b[2J', files: 1, bytes: 0 }, 1_000, 'a\\x1b[2J: 1 files, 1 s'],
])('%j after %i ms reads %s', (progress, elapsedMs, text) => {
  expect(describeProgress(progress, elapsedMs)).toBe(text);
});

describe('the line on a terminal', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function openLine({ isTTY = true } = {}) {
    const written: string[] = [];
    const write = (text: string) => void written.push(text);
    const stderr = { isTTY, columns: 80, hasColors: () => true, write } as unknown as NodeJS.WriteStream;
    const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
    return { line: createProgress(stderr, { clock, isWanted: true }), written };
  }

  test('shows itself once a phase has taken a second, and comes back after a line of ours', () => {
    const { line, written } = openLine();
    line.begin('connect');
    vi.advanceTimersByTime(900);
    expect(written).toEqual([]);
    vi.advanceTimersByTime(300);
    expect(written).toContain('\r\x1b[Kconnect: 1 s');
    line.hide();
    expect(written.at(-1)).toBe('\r\x1b[K');
    vi.advanceTimersByTime(200);
    expect(written.at(-1)).toBe('\r\x1b[Kconnect: 1 s');
    line.clear();
  });

  test('stays away while a command has the terminal', () => {
    const { line, written } = openLine();
    line.begin('prepare');
    vi.advanceTimersByTime(2000);
    line.clear();
    const before = written.length;
    vi.advanceTimersByTime(60_000);
    expect(written).toHaveLength(before);
    line.begin('bring home');
    vi.advanceTimersByTime(900);
    expect(written).toHaveLength(before);
    line.clear();
  });

  test('is not for pipes', () => {
    const { line, written } = openLine({ isTTY: false });
    line.begin('connect');
    vi.advanceTimersByTime(5000);
    expect(written).toEqual([]);
  });
});
