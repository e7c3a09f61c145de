import fc from 'fast-check';
import { expect } from 'vitest';

import { parseRemotePath, type RemotePath, type ShellRunner } from '@clamshell/core';

import type { RuleTest, Subject } from './harness.ts';
import { runText, sh } from './shell-commands.ts';

/** Arguments, directories, statuses and how many at once. */
export function checkCommands(rule: RuleTest<Subject<ShellRunner>>): void {
  rule('every exit status from 0 to 255 arrives', async ({ subject }) => {
    const statuses = Array.from({ length: 256 }, (_, status) => status);
    const codes = await Promise.all(
      statuses.map(async (status) => (await runText(subject, sh('exit "$1"', String(status)))).code),
    );
    expect(codes).toEqual(statuses);
  });

  rule('both outputs arrive, apart from each other', async ({ subject }) => {
    const result = await runText(subject, sh('printf out; printf err >&2; exit 3'));
    expect(result).toEqual({ code: 3, stdout: 'out', stderr: 'err' });
  });

  rule('a command that prints nothing prints nothing', async ({ subject }) => {
    expect(await runText(subject, ['true'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  rule('any words arrive as they were given', async ({ subject }) => {
    const word = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0') && text.isWellFormed());
    const words = fc.array(word, { minLength: 1, maxLength: 8 });
    const echoes = async (given: readonly string[]) => {
      const { stdout } = await runText(subject, ['printf', '%s\\0', ...given]);
      expect(stdout.split('\0').slice(0, -1)).toEqual(given);
    };
    await fc.assert(fc.asyncProperty(words, echoes), { numRuns: 30 });
  });

  rule('a program that does not exist is status 127', async ({ subject }) => {
    const { code, stderr } = await runText(subject, ['no-such-program-of-ours', 'x']);
    expect(code).toBe(127);
    expect(stderr).toContain('no-such-program-of-ours');
  });

  rule('a program whose name begins with a hyphen is a program', async ({ subject }) => {
    await expect(runText(subject, ['-c', 'exit 5'])).resolves.toMatchObject({ code: 127 });
  });

  rule('a file that can not be executed is status 126', async ({ subject }) => {
    await expect(runText(subject, ['/etc/passwd'])).resolves.toMatchObject({ code: 126 });
  });

  rule('a command starts in its directory', async ({ subject }) => {
    await expect(runText(subject, ['pwd'], { cwd: '/' as RemotePath })).resolves.toMatchObject({
      stdout: '/\n',
    });
    const made = `a 'quoted' $(name) ${'x'.repeat(100)}`;
    const { stdout } = await runText(subject, sh('mkdir -p -- "$1" && cd -- "$1" && pwd', made));
    const cwd = parseRemotePath(stdout.trimEnd());
    await expect(runText(subject, ['pwd'], { cwd })).resolves.toMatchObject({ stdout, code: 0 });
  });

  rule('a directory that can not be entered is status 126, with a reason', async ({ subject }) => {
    const result = await runText(subject, ['true'], { cwd: parseRemotePath('/no/such/place') });
    expect(result.code).toBe(126);
    expect(result.stderr).toContain('/no/such/place');
  });

  rule('variables arrive as they were given, beside the sandbox’s own', async ({ subject }) => {
    const env = { A: '', _b1: "it's $(id) \\ `x`", MULTI: 'a\nb\n', LC_ANY: 'ä 💥', EQUALS: 'a=b' };
    const { stdout } = await runText(subject, sh('printf "%s\\0" "$A" "$_b1" "$MULTI" "$LC_ANY" "$EQUALS"'), {
      env,
    });
    expect(stdout.split('\0').slice(0, -1)).toEqual(Object.values(env));
    expect((await runText(subject, sh('printf %s "${_b1-unset}"'))).stdout).toBe('unset');
  });

  rule('the sandbox’s PATH and HOME stay', async ({ subject }) => {
    const show = sh('printf "%s %s" "$PATH" "$HOME"');
    const own = await runText(subject, show);
    expect(await runText(subject, show, { env: { PATH: '/nowhere', HOME: '/nowhere' } })).toEqual(own);
  });

  rule('a variable without a POSIX name is refused', async ({ subject }) => {
    for (const name of ['', '1a', 'a-b', 'a b', 'a;id', 'a\nb', 'BASH_FUNC_x%%'])
      await expect(runText(subject, ['true'], { env: { [name]: 'x' } })).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
      });
  });

  rule('variables and the directory show in no process list', async ({ subject }) => {
    const secret = 'not-for-the-process-list';
    const list = 'for file in /proc/[0-9]*/cmdline; do tr "\\000" " " <"$file"; echo; done 2>/dev/null';
    const { stdout } = await runText(subject, sh(list), {
      env: { SECRET: secret },
      cwd: '/usr/lib' as RemotePath,
    });
    expect(stdout).toContain('sh -c');
    expect(stdout).not.toContain(secret);
    expect(stdout).not.toMatch(/clamshell.*\/usr\/lib/);
  });

  rule('a hundred commands at once each have their own output', async ({ subject }) => {
    const numbers = Array.from({ length: 100 }, (_, number) => String(number));
    const outputs = await Promise.all(
      numbers.map(
        async (number) =>
          (await runText(subject, sh('cat; echo "$1"', number), { stdin: Buffer.from(`${number} `) })).stdout,
      ),
    );
    expect(outputs).toEqual(numbers.map((number) => `${number} ${number}\n`));
  });

  rule('no environment of this host reaches a command', async ({ subject }) => {
    const { stdout } = await runText(subject, ['env']);
    expect(stdout).not.toMatch(/^(?:VITEST|SSH_AUTH_SOCK|NODE_OPTIONS)=/m);
  });
}
