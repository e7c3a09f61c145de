import { setTimeout } from 'node:timers/promises';

import { expect, vi } from 'vitest';

import type { ShellRunner } from '@clamshell/core';

import type { RuleTest, Subject } from './harness.ts';
import { drain, firstLine, isAnyRunning, runText, sh } from './shell-commands.ts';

const TREE = 'sleep 1000 & echo $$ $!; sleep 1000';
const STUBBORN_TREE = `trap '' TERM; sleep 1000 & echo $$ $!; while :; do sleep 1; done`;

/** Children that lead sessions of their own, one behind a parent that has ended, with the outputs held open. */
const RUNAWAY_TREE = `
setsid sh -c 'trap "" TERM; echo $$ >away; while :; do sleep 1; done' &
(setsid sh -c 'echo $$ >further; exec sleep 1000' &)
while [ ! -s away ] || [ ! -s further ]; do sleep 0.05; done
echo $$ $(cat away further)
rm away further
sleep 1000`;

/** Signals, aborts and limits, and that nothing is left behind. */
export function checkEndings(rule: RuleTest<Subject<ShellRunner>>): void {
  const expectGone = (shell: ShellRunner, pids: readonly string[]) =>
    vi.waitFor(async () => expect(await isAnyRunning(shell, pids)).toBe(false), {
      timeout: 10_000,
      interval: 100,
    });

  rule('a signal reaches the whole tree of a command', async ({ subject }) => {
    const process = await subject.spawn({ argv: sh(TREE) });
    const pids = (await firstLine(process)).split(' ');
    expect(await isAnyRunning(subject, pids)).toBe(true);
    await process.kill('TERM');
    await Promise.all([drain(process.stdout), drain(process.stderr)]);
    expect((await process.exit).code).toBeGreaterThan(0);
    await expectGone(subject, pids);
  });

  rule('a signal can be caught', async ({ subject }) => {
    const script = `trap 'echo caught; exit 7' INT; echo ready; while :; do sleep 0.05; done`;
    const process = await subject.spawn({ argv: sh(script) });
    await firstLine(process);
    await process.kill('INT');
    await Promise.all([drain(process.stdout), drain(process.stderr)]);
    await expect(process.exit).resolves.toEqual({ code: 7 });
  });

  rule('signalling a command that is over is harmless', async ({ subject }) => {
    const process = await subject.spawn({ argv: ['true'] });
    await Promise.all([drain(process.stdout), drain(process.stderr), process.exit]);
    await process.kill('KILL');
  });

  rule('a signal leaves other commands alone', async ({ subject }) => {
    const other = await subject.spawn({ argv: sh('echo there; cat') });
    await firstLine(other);
    const process = await subject.spawn({ argv: sh('echo here; sleep 1000') });
    await firstLine(process);
    await process.kill('KILL');
    await Promise.all([drain(process.stdout), drain(process.stderr)]);
    await other.stdin.end();
    await Promise.all([drain(other.stdout), drain(other.stderr)]);
    await expect(other.exit).resolves.toEqual({ code: 0 });
  });

  rule(
    'an abort ends the tree, also one that ignores TERM, and rejects with its own reason',
    async ({ subject }) => {
      const controller = new AbortController();
      const process = await subject.spawn({ argv: sh(STUBBORN_TREE) }, { signal: controller.signal });
      const pids = (await firstLine(process)).split(' ');
      controller.abort('enough');
      await expect(process.exit).rejects.toBe('enough');
      await expect(drain(process.stdout)).rejects.toBe('enough');
      await expectGone(subject, pids);
    },
  );

  rule('KILL and an abort reach what left the group and the session', async ({ subject }) => {
    for (const end of ['kill', 'abort'] as const) {
      const controller = new AbortController();
      const process = await subject.spawn({ argv: sh(RUNAWAY_TREE) }, { signal: controller.signal });
      const pids = (await firstLine(process)).split(' ');
      expect(pids).toHaveLength(3);
      if (end === 'kill') await process.kill('KILL');
      else controller.abort('enough');
      await Promise.allSettled([drain(process.stdout), drain(process.stderr), process.exit]);
      expect(await isAnyRunning(subject, pids)).toBe(false);
    }
  });

  rule('an abort of a buffered command ends it', async ({ subject }) => {
    const controller = new AbortController();
    const run = runText(subject, sh('echo $$ >pid; exec sleep 1000'), {});
    const aborted = subject.run(
      { argv: sh('echo $$ >pid-aborted; exec sleep 1000'), maxOutputBytes: 10 },
      { signal: controller.signal },
    );
    const rejection = expect(aborted).rejects.toBe('enough');
    const pid = await vi.waitFor(async () => readPid(subject, 'pid-aborted'), { timeout: 10_000 });
    controller.abort('enough');
    await rejection;
    await expectGone(subject, [pid]);
    const left = await vi.waitFor(async () => readPid(subject, 'pid'), { timeout: 10_000 });
    await runText(subject, ['kill', left]);
    expect((await run).code).toBeGreaterThan(0);
  });

  rule('an abort that came before starts nothing', async ({ subject }) => {
    const signal = AbortSignal.abort('no');
    await expect(subject.spawn({ argv: ['touch', 'started'] }, { signal })).rejects.toBe('no');
    await expect(runText(subject, ['ls', 'started'])).resolves.not.toMatchObject({ code: 0 });
  });

  rule('an abort while waiting in line starts nothing', async ({ subject }) => {
    const controller = new AbortController();
    const busy = Array.from({ length: 32 }, () => runText(subject, ['sleep', '0.1']));
    const waiting = subject.spawn({ argv: ['touch', 'started'] }, { signal: controller.signal });
    controller.abort('changed my mind');
    await expect(waiting).rejects.toBe('changed my mind');
    await Promise.all(busy);
    await expect(runText(subject, ['ls', 'started'])).resolves.not.toMatchObject({ code: 0 });
  });

  rule('output beyond the cap rejects and ends the command', async ({ subject }) => {
    const run = subject.run({ argv: sh('echo $$ >pid; exec yes'), maxOutputBytes: 100_000 });
    await expect(run).rejects.toMatchObject({ code: 'OUTPUT_LIMIT' });
    await expectGone(subject, [await readPid(subject, 'pid')]);
  });

  rule('output of exactly the cap is allowed', async ({ subject }) => {
    const { stdout } = await subject.run({ argv: sh('head -c 100000 /dev/zero'), maxOutputBytes: 100_000 });
    expect(stdout).toHaveLength(100_000);
  });

  rule('a command may leave a daemon behind, which lives on', async ({ subject }) => {
    const { code, stdout } = await runText(subject, sh('sleep 1000 >/dev/null 2>&1 </dev/null & echo $!'));
    expect(code).toBe(0);
    await setTimeout(50);
    expect(await isAnyRunning(subject, [stdout.trim()])).toBe(true);
    await runText(subject, ['kill', stdout.trim()]);
  });
}

async function readPid(shell: ShellRunner, file: string): Promise<string> {
  const { stdout } = await runText(shell, ['cat', file]);
  expect(stdout).toMatch(/^[0-9]+\n$/);
  return stdout.trim();
}
