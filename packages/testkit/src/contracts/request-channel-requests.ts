import { createHash, randomBytes } from 'node:crypto';

import fc from 'fast-check';
import { expect } from 'vitest';

import type { RequestChannel } from '@clamshell/core';

import type { RuleTest, Subject } from './harness.ts';
import { requestText } from './request-texts.ts';

const MIB = 1024 * 1024;

/** What goes in and what comes out. */
export function checkRequests(rule: RuleTest<Subject<RequestChannel>>): void {
  rule('every status from 0 to 255 arrives', async ({ subject }) => {
    const statuses = Array.from({ length: 256 }, (_, status) => status);
    const replies = await Promise.all(
      statuses.map((status) => requestText(subject, 'exit "$1"', { args: [String(status)] })),
    );
    expect(replies.map(({ status }) => status)).toEqual(statuses);
  });

  rule('a program without `exit` has the status of its last command', async ({ subject }) => {
    await expect(requestText(subject, 'true; false')).resolves.toMatchObject({ status: 1 });
    await expect(requestText(subject, 'false; true')).resolves.toMatchObject({ status: 0 });
  });

  rule('both outputs arrive, apart from each other', async ({ subject }) => {
    const reply = await requestText(subject, 'printf out; printf err >&2; exit 3');
    expect(reply).toEqual({ status: 3, stdout: 'out', stderr: 'err' });
  });

  rule('a program that prints nothing prints nothing', async ({ subject }) => {
    expect(await requestText(subject, ':')).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  rule('no arguments are no arguments, and an empty one is one', async ({ subject }) => {
    const count = 'printf "%s:%s" "$#" "$*"';
    await expect(requestText(subject, count)).resolves.toMatchObject({ stdout: '0:' });
    await expect(requestText(subject, count, { args: [''] })).resolves.toMatchObject({ stdout: '1:' });
    await expect(requestText(subject, count, { args: ['', 'a', ''] })).resolves.toMatchObject({
      stdout: '3: a ',
    });
  });

  rule('arguments that look like options or shell text are arguments', async ({ subject }) => {
    const args = [
      '--',
      '-n',
      '+e',
      '$(id)',
      '`id`',
      "it's",
      '*',
      '~',
      'a\nb\n',
      '\n',
      '!!',
      '\\',
      '}',
      'A=b',
    ];
    const { stdout } = await requestText(subject, 'printf "%s\\0" "$@"', { args });
    expect(stdout.split('\0').slice(0, -1)).toEqual(args);
  });

  rule('arguments of any bytes but NUL arrive as they were given', async ({ subject }) => {
    const bytes = fc.uint8Array({ min: 1, minLength: 0, maxLength: 40 });
    const echoes = async (given: readonly Uint8Array[]) => {
      const request = { program: 'printf "%s\\0" "$@"', args: given, maxReplyBytes: MIB };
      const { stdout } = await subject.request(request);
      const sent = Buffer.concat(given.flatMap((arg) => [arg, Buffer.of(0)])).toString('hex');
      expect(Buffer.from(stdout).toString('hex')).toBe(sent);
    };
    await echoes([Uint8Array.from({ length: 255 }, (_, index) => index + 1)]);
    await fc.assert(fc.asyncProperty(fc.array(bytes, { minLength: 1, maxLength: 20 }), echoes), {
      numRuns: 20,
    });
  });

  rule('arguments of any text arrive as UTF-8', async ({ subject }) => {
    const args = ['日本語', '💥', 'e\u0301', '\ud83d\udc69\u200d\ud83d\ude80'];
    const { stdout } = await requestText(subject, 'printf "%s\\0" "$@"', { args });
    expect(stdout.split('\0').slice(0, -1)).toEqual(args);
  });

  rule('a NUL in an argument is refused', async ({ subject }) => {
    await expect(requestText(subject, ':', { args: ['a\0b'] })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    await expect(requestText(subject, ':', { args: [Uint8Array.of(0)] })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });

  rule('arguments show in no process list', async ({ subject }) => {
    const secret = `secret-${randomBytes(8).toString('hex')}`;
    const program = 'for file in /proc/[0-9]*/cmdline; do cat "$file" 2>/dev/null; done; :';
    const { stdout } = await requestText(subject, program, { args: [secret], maxReplyBytes: 16 * MIB });
    expect(stdout).not.toBe('');
    expect(stdout.includes(secret)).toBe(false);
  });

  rule('every byte value arrives, both ways', async ({ subject }) => {
    const stdin = Buffer.from(Array.from({ length: 256 * 16 }, (_, index) => index % 256));
    const { stdout } = await subject.request({ program: 'cat', args: [], stdin, maxReplyBytes: MIB });
    expect(Buffer.from(stdout).equals(stdin)).toBe(true);
  });

  rule('no byte of standard input is taken before the program', async ({ subject }) => {
    const program = 'read -r line; printf "[%s]" "$line"; cat';
    const { stdout } = await requestText(subject, program, { stdin: Buffer.from(' \n\n}\nabc') });
    expect(stdout).toBe('[]\n}\nabc');
  });

  rule('a program without standard input sees its end', async ({ subject }) => {
    await expect(requestText(subject, 'cat; echo over')).resolves.toMatchObject({ stdout: 'over\n' });
  });

  rule('what a program leaves unread disturbs nothing', async ({ subject }) => {
    for (const stdin of [Buffer.from('exit 9\n'), randomBytes(MIB)]) {
      await expect(requestText(subject, 'echo done', { stdin })).resolves.toEqual({
        status: 0,
        stdout: 'done\n',
        stderr: '',
      });
    }
  });

  rule('1 MiB goes in, 1 MiB comes out', async ({ subject }) => {
    const stdin = randomBytes(MIB);
    const { stdout } = await subject.request({ program: 'cat', args: [], stdin, maxReplyBytes: MIB });
    expect(digestOf(stdout)).toBe(digestOf(stdin));
    const arg = Buffer.from(stdin.toString('base64'));
    const echoed = await subject.request({ program: 'printf %s "$1"', args: [arg], maxReplyBytes: 2 * MIB });
    expect(digestOf(echoed.stdout)).toBe(digestOf(arg));
  });

  rule('a program of many lines, with words of its own for everything', async ({ subject }) => {
    const program = `
# A comment, a here-document and a function.
say() { printf '%s|' "$@"; }
set -eu
for each; do say "$each"; done
cat <<'END'
{ $1 }
END
trap 'say bye' EXIT
case $1 in a) say "it's a" ;; esac # the end`;
    await expect(requestText(subject, program, { args: ['a', 'b'] })).resolves.toEqual({
      status: 0,
      stdout: "a|b|{ $1 }\nit's a|bye|",
      stderr: '',
    });
  });

  rule(
    'a program starts in the root and in the C locale, and knows nothing of an earlier one',
    async ({ subject }) => {
      await requestText(subject, 'cd /tmp; LC_ALL=C.UTF-8; umask 000; kept=1; export LC_ALL kept; set -f');
      const program = 'printf "%s %s %s" "$PWD" "$LC_ALL" "${kept-none}"; case $- in *f*) exit 1 ;; esac';
      await expect(requestText(subject, program)).resolves.toMatchObject({ status: 0, stdout: '/ C none' });
    },
  );
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
