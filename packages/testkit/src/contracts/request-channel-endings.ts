import { randomBytes } from 'node:crypto';

import { expect, vi } from 'vitest';

import type { CallOptions, RequestChannel } from '@clamshell/core';

import type { RuleTest, Subject } from './harness.ts';
import { requestText } from './request-texts.ts';

/** Tells where it is (`$$` of a program itself may be a channel's), then never ends by itself. */
const ENDLESS = `exec sh -c 'echo "$$" >"$1"; while :; do sleep 1; done' sh "$1"`;
const FLOOD = `exec sh -c 'echo "$$" >"$1"; exec yes' sh "$1"`;

/** Caps, failures, aborts and calls that overlap; after each the channel goes on. */
export function checkRequestEndings(rule: RuleTest<Subject<RequestChannel>>): void {
  rule('an output of exactly the cap is allowed', async ({ subject }) => {
    const program = 'head -c 1000 /dev/zero; head -c 1000 /dev/zero >&2';
    const { stdout, stderr } = await subject.request({ program, args: [], maxReplyBytes: 1000 });
    expect([stdout.length, stderr.length]).toEqual([1000, 1000]);
  });

  rule('one byte more rejects, of either output, and the channel goes on', async ({ subject }) => {
    for (const to of ['', '>&2']) {
      const request = { program: `head -c 1001 /dev/zero ${to}`, args: [], maxReplyBytes: 1000 };
      await expect(subject.request(request)).rejects.toMatchObject({ code: 'OUTPUT_LIMIT' });
      await expectWell(subject);
    }
  });

  rule('an output without end rejects and ends the program', async ({ subject }) => {
    const file = newFile();
    const request = { program: FLOOD, args: [file], maxReplyBytes: 1000 };
    await expect(subject.request(request)).rejects.toMatchObject({ code: 'OUTPUT_LIMIT' });
    await expectEnded(subject, file);
  });

  rule('a program with a syntax error rejects or fails, and the channel goes on', async ({ subject }) => {
    for (const program of ['if', 'case x in', '"', '(', '${x']) {
      const status = await requestText(subject, program).then(
        (reply) => reply.status,
        (error: { readonly code: string }) => error.code,
      );
      expect(status, program).not.toBe(0);
      await expectWell(subject);
    }
  });

  rule('a program may fail in ways that end a shell, and the channel goes on', async ({ subject }) => {
    const programs = [
      'exec 0<&- 1>&- 2>&-; exit 3',
      'exec /no/such/program',
      `exec sh -c 'kill -9 $$'`,
      ': </no/such',
      'set -u; : $x',
    ];
    for (const program of programs) {
      const { status } = await requestText(subject, program);
      expect(status, program).toBeGreaterThan(0);
      await expectWell(subject);
    }
  });

  rule(
    'an abort rejects with its own reason, ends the program, and the channel goes on',
    async ({ subject }) => {
      const controller = new AbortController();
      const { running, file } = await startEndless(subject, { signal: controller.signal });
      const reason = { why: 'enough' };
      controller.abort(reason);
      await expect(running).rejects.toBe(reason);
      await expectEnded(subject, file);
    },
  );

  rule('an abort that came before starts nothing', async ({ subject }) => {
    const file = newFile();
    const request = { program: ': >"$1"', args: [file], maxReplyBytes: 0 };
    await expect(subject.request(request, { signal: AbortSignal.abort('no') })).rejects.toBe('no');
    await expect(requestText(subject, 'test -e "$1"', { args: [file] })).resolves.toMatchObject({
      status: 1,
    });
  });

  rule('a time limit rejects with DEADLINE_EXCEEDED and ends the program', async ({ subject }) => {
    const file = newFile();
    const request = { program: ENDLESS, args: [file], maxReplyBytes: 1000 };
    await expect(subject.request(request, { timeoutMs: 1000 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
    const { status } = await requestText(subject, 'test -s "$1"', { args: [file] });
    if (status === 0) await expectEnded(subject, file);
  });

  rule('a hundred requests at once each have their own reply', async ({ subject }) => {
    const numbers = Array.from({ length: 100 }, (_, number) => String(number));
    const replies = await Promise.all(
      numbers.map((number) =>
        requestText(subject, 'cat; printf %s "$1"; printf %s "$1" >&2', {
          args: [number],
          stdin: Buffer.from('in '),
        }),
      ),
    );
    expect(replies).toEqual(numbers.map((number) => ({ status: 0, stdout: `in ${number}`, stderr: number })));
  });

  rule('a request that takes its time does not block another', async ({ subject }) => {
    const controller = new AbortController();
    const { running } = await startEndless(subject, { signal: controller.signal });
    await expectWell(subject);
    controller.abort('over');
    await expect(running).rejects.toBe('over');
  });
}

/** Resolves once the program is known to run. A rejection of it is not lost: `running` still carries it. */
async function startEndless(channel: RequestChannel, options: CallOptions) {
  const file = newFile();
  const running = channel.request({ program: ENDLESS, args: [file], maxReplyBytes: 1000 }, options);
  running.catch(() => {});
  await vi.waitFor(() => pidIn(channel, file), { timeout: 20_000, interval: 50 });
  return { running, file };
}

function newFile(): string {
  return `/tmp/clamshell-request-${randomBytes(8).toString('hex')}`;
}

async function pidIn(channel: RequestChannel, file: string): Promise<string> {
  const { stdout } = await requestText(channel, 'cat "$1"', { args: [file] });
  expect(stdout).toMatch(/^[0-9]+\n$/);
  return stdout.trim();
}

async function expectEnded(channel: RequestChannel, file: string): Promise<void> {
  const pid = await pidIn(channel, file);
  const program = `
state=$(sed -n 's/^State:[[:space:]]*\\([A-Z]\\).*/\\1/p' "/proc/$1/status" 2>/dev/null)
case $state in ''|Z|X) exit 0 ;; esac
exit 1`;
  const isGone = async () =>
    expect(await requestText(channel, program, { args: [pid] })).toMatchObject({ status: 0 });
  await vi.waitFor(isGone, { timeout: 20_000, interval: 100 });
  await requestText(channel, 'rm -f -- "$1"', { args: [file] });
}

async function expectWell(channel: RequestChannel): Promise<void> {
  await expect(requestText(channel, 'echo "$1"', { args: ['well'] })).resolves.toEqual({
    status: 0,
    stdout: 'well\n',
    stderr: '',
  });
}
