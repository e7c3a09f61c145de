import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import { describe, expect, vi } from 'vitest';

import type { ExecRequest, ExecSpec, ExecSpecSource, RemotePath, ShellRunner } from '@clamshell/core';

import { type ContractHarness, contractRules, type RuleTest, type Subject } from './harness.ts';
import { isAnyRunning, runText, sh } from './shell-commands.ts';

export type ExecSpecSubject = Subject<ExecSpecSource> & {
  /** Commands in the same sandbox, to look at what is left there. */
  readonly shell: ShellRunner;
};

/** What every source of commands for the host to spawn does. */
export function describeExecSpecSourceContract(
  name: string,
  harness: ContractHarness<ExecSpecSubject>,
): void {
  describe(`ExecSpecSource: ${name}`, () => {
    const { rule, finish } = contractRules(harness);
    checkCommands(rule);
    checkSecrecy(rule);
    checkEnds(rule);
    finish();
  });
}

const base = { env: {}, pty: false } as const;

function start({ argv: [program, ...args], env }: ExecSpec) {
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => {});
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  return { child, exited };
}

/** Spawns a prepared command as a host would, to its end. */
async function runSpec(
  subject: ExecSpecSource,
  request: Partial<ExecRequest> & { command: string },
  stdin = '',
) {
  await using spec = await subject.prepare({ ...base, ...request });
  const { child, exited } = start(spec);
  child.stdin.end(stdin);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { code, stdout, stderr };
}

function checkCommands(rule: RuleTest<ExecSpecSubject>): void {
  rule('a command runs with its outputs apart and its own exit status', async ({ subject }) => {
    const result = await runSpec(subject, { command: 'printf out; printf err >&2; exit 3' });
    expect(result).toEqual({ code: 3, stdout: 'out', stderr: 'err' });
  });

  rule('every byte of standard input is the command’s', async ({ subject }) => {
    const stdin = `\n\nabc ${'x'.repeat(300_000)}\n`;
    const { stdout } = await runSpec(subject, { command: 'read -r a; read -r b; cat' }, stdin);
    expect(stdout).toBe(stdin.slice(2));
  });

  rule(
    'variables and the directory are as given, PATH and HOME the sandbox’s own',
    async ({ subject, shell }) => {
      const own = await runText(shell, sh('printf "%s %s" "$PATH" "$HOME"'));
      const env = { A: "it's $(id)\n`x` %h", EMPTY: '', PATH: '/nowhere', HOME: '/nowhere' };
      const command = 'printf "%s|%s|%s|%s %s" "$A" "${EMPTY-unset}" "$PWD" "$PATH" "$HOME"';
      const { stdout } = await runSpec(subject, { command, env, cwd: '/usr' as RemotePath });
      expect(stdout).toBe(`${env.A}||/usr|${own.stdout}`);
    },
  );

  rule('a directory that can not be entered is status 126', async ({ subject }) => {
    const result = await runSpec(subject, { command: 'true', cwd: '/no/such/place' as RemotePath });
    expect(result.code).toBe(126);
    expect(result.stderr).toContain('/no/such/place');
  });

  rule('a command of many lines and any characters is taken as it is', async ({ subject }) => {
    const command = `cat <<'END'\n$HOME "quoted" 'too' \\ ä 💥\nEND\nfor i in 1 2; do\n  echo "$i"\ndone # over`;
    const { code, stdout } = await runSpec(subject, { command });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `$HOME "quoted" 'too' \\ ä 💥\n1\n2\n` });
  });

  rule('with a terminal a command has one, else none', async ({ subject }) => {
    const command = 'if [ -t 0 ] && [ -t 1 ]; then echo "terminal $TERM"; else echo none; fi';
    expect((await runSpec(subject, { command })).stdout).toBe('none\n');
    expect((await runSpec(subject, { command, pty: true })).stdout).toMatch(/^terminal [a-z][a-z0-9-]*\r?\n/);
  });

  rule('many at once each have their own output', async ({ subject }) => {
    const numbers = Array.from({ length: 12 }, (_, index) => String(index));
    const results = await Promise.all(
      numbers.map((number) => runSpec(subject, { command: 'cat; echo "$N"', env: { N: number } }, number)),
    );
    expect(results.map(({ stdout }) => stdout)).toEqual(numbers.map((number) => `${number}${number}\n`));
  });
}

function checkSecrecy(rule: RuleTest<ExecSpecSubject>): void {
  const secret = 'not-for-the-process-list';

  rule(
    'no variable is in an argv, here or in the sandbox, or in the local environment',
    async ({ subject }) => {
      await using spec = await subject.prepare({ ...base, command: 'true', env: { SECRET: secret } });
      expect(JSON.stringify([spec.argv, spec.env])).not.toContain(secret);
      const list = 'for file in /proc/[0-9]*/cmdline; do tr "\\000" " " <"$file"; echo; done 2>/dev/null';
      const { stdout } = await runSpec(subject, { command: list, env: { SECRET: secret } });
      expect(stdout).toContain('sh -c');
      expect(stdout).not.toContain(secret);
    },
  );

  rule('nothing of the host’s environment but what `ssh` needs is in the local one', async ({ subject }) => {
    await using spec = await subject.prepare({ ...base, command: 'true' });
    expect(
      Object.keys(spec.env).filter((key) => /VITEST|SSH_AUTH_SOCK|NODE_OPTIONS|TOKEN/.test(key)),
    ).toEqual([]);
  });

  rule('what was staged is private, and gone once the command runs', async ({ subject, shell }) => {
    await using spec = await subject.prepare({ ...base, command: 'echo here; cat', env: { SECRET: secret } });
    const staged = stagedFile(spec);
    expect((await runText(shell, ['stat', '-c', '%a', staged])).stdout).toBe('600\n');
    const { child, exited } = start(spec);
    await once(child.stdout, 'data');
    expect((await runText(shell, ['ls', staged])).code).not.toBe(0);
    child.stdin.end();
    await exited;
  });
}

function checkEnds(rule: RuleTest<ExecSpecSubject>): void {
  const tree = `trap '' TERM HUP
setsid sh -c 'trap "" TERM HUP; echo $$ >away-'$$'; while :; do sleep 1; done' &
while [ ! -s away-$$ ]; do sleep 0.05; done
env -i /bin/sleep 1000 &
echo $$ $! $(cat away-$$)
rm away-$$
while :; do sleep 1; done`;

  rule('disposal ends a running command and all it started', async ({ subject, shell }) => {
    for (const pty of [false, true]) {
      const spec = await subject.prepare({ ...base, command: tree, pty });
      const { child, exited } = start(spec);
      const pids = await firstPids(child);
      expect(pids).toHaveLength(3);
      await spec[Symbol.asyncDispose]();
      expect(await isAnyRunning(shell, pids)).toBe(false);
      await exited;
    }
  });

  rule('disposal ends what a killed `ssh` left behind', async ({ subject, shell }) => {
    const spec = await subject.prepare({ ...base, command: tree });
    const { child, exited } = start(spec);
    const pids = await firstPids(child);
    child.kill('SIGKILL');
    await exited;
    await spec[Symbol.asyncDispose]();
    expect(await isAnyRunning(shell, pids)).toBe(false);
  });

  rule(
    'disposal of what was never spawned leaves nothing, and may be repeated',
    async ({ subject, shell }) => {
      const spec = await subject.prepare({ ...base, command: 'true', env: { SECRET: 'x' } });
      await spec[Symbol.asyncDispose]();
      await spec[Symbol.asyncDispose]();
      expect((await runText(shell, ['ls', stagedFile(spec)])).code).not.toBe(0);
    },
  );

  rule('a command whose script is gone does not run', async ({ subject, shell }) => {
    const spec = await subject.prepare({ ...base, command: 'echo ran' });
    await spec[Symbol.asyncDispose]();
    const { child, exited } = start(spec);
    child.stdin.end();
    const [stdout, [code]] = await Promise.all([text(child.stdout), exited]);
    expect(stdout).toBe('');
    expect(code).toBeGreaterThan(0);
    await runText(shell, ['true']);
  });

  rule('an abort that came before prepares nothing', async ({ subject }) => {
    const prepared = subject.prepare({ ...base, command: 'true' }, { signal: AbortSignal.abort('no') });
    await expect(prepared).rejects.toBe('no');
  });

  rule('a name that is no variable is refused', async ({ subject }) => {
    const prepared = subject.prepare({ ...base, command: 'true', env: { 'a;id': 'x' } });
    await expect(prepared).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
}

/** What the argv names in the sandbox. */
function stagedFile({ argv }: ExecSpec): string {
  return /\/\S+(?=$|')/.exec(argv.at(-1) ?? '')?.[0] ?? '';
}

async function firstPids(child: ChildProcessWithoutNullStreams): Promise<readonly string[]> {
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await vi.waitFor(() => expect(said).toMatch(/^[0-9 ]+\r?\n/m), { timeout: 20_000 });
  return (/^[0-9 ]+/m.exec(said)?.[0] ?? '').trim().split(' ');
}
