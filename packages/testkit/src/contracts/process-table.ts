import { setTimeout } from 'node:timers/promises';

import { describe, expect } from 'vitest';

import {
  type BackgroundCommand,
  parseRemotePath,
  type ProcessTable,
  type RemoteProcess,
  type ShellRunner,
} from '@clamshell/core';

import { type ContractHarness, contractRules, type RuleTest, type Subject } from './harness.ts';
import { drain, isAnyRunning, sh } from './shell-commands.ts';

export type ProcessTableSubject = Subject<ProcessTable> & {
  readonly shell: ShellRunner;
  /** The same sandbox over another connection, which ends with the subject. */
  again(): Promise<ProcessTable>;
  /** Ends the subject's own connection. */
  disconnect(): Promise<void>;
};

/** What every table of background commands does. The sandbox behind it needs a POSIX shell, coreutils and /proc. */
export function describeProcessTableContract(
  name: string,
  harness: ContractHarness<ProcessTableSubject>,
): void {
  describe(`ProcessTable: ${name}`, () => {
    const { rule, finish } = contractRules(harness);
    checkLists(rule);
    checkAttachments(rule);
    checkKills(rule);
    finish();
  });
}

const cwd = parseRemotePath('/tmp');

function checkLists(rule: RuleTest<ProcessTableSubject>): void {
  rule('a started command is listed, at first as running, then with its status', async ({ subject }) => {
    const title = "a title with “quotes”, 'more' and\na newline";
    const started = await subject.start({ argv: untilTerm('exit 7'), title, cwd });
    expect(started).toMatchObject({ title, cwd });
    expect(await found(subject, started.id)).toEqual(started);
    expect(started.exit).toBeUndefined();
    await subject.kill(started.id, 'TERM');
    expect(await read(await subject.attach(started.id))).toEqual(['', 7]);
    expect(await found(subject, started.id)).toEqual({ ...started, exit: { code: 7 } });
  });

  rule('it has its directory and its variables, and no standard input', async ({ subject }) => {
    const argv = sh('pwd; printf "%s\n" "$WORD"; cat; [ -z "$CLAMSHELL_KEEPER" ]');
    const { id, title } = await subject.start({ argv, cwd, env: { WORD: 'a "b" $c' } });
    expect(title).toContain('sh -c');
    expect(await read(await subject.attach(id))).toEqual(['/tmp\na "b" $c\n', 0]);
  });

  rule('one that can’t begin says so', async ({ subject }) => {
    const nowhere = subject.start({ argv: ['true'], cwd: parseRemotePath('/nowhere') });
    await expect(nowhere).rejects.toMatchObject({ code: 'COMMAND_NOT_STARTED' });
    const { id } = await subject.start({ argv: ['/nowhere/program'] });
    const [output, code] = await read(await subject.attach(id));
    expect([output, code]).toEqual([expect.stringContaining('/nowhere/program'), 127]);
  });
}

function checkAttachments(rule: RuleTest<ProcessTableSubject>): void {
  rule('it goes on without its connection, and another sees what was missed', async (subject) => {
    const script = 'echo first; echo second >&2; sleep 1; printf third; exit 5';
    const { id } = await subject.subject.start({ argv: sh(script) });
    await subject.disconnect();
    const table = await subject.again();
    expect(await read(await table.attach(id))).toEqual(['first\nsecond\nthird', 5]);
    expect(await read(await table.attach(id))).toEqual(['first\nsecond\nthird', 5]);
  });

  rule('two may be attached at once, and the end of one is not that of the command', async ({ subject }) => {
    const { id } = await subject.start({ argv: untilTerm('echo y; exit 0', 'echo x') });
    const leaving = new AbortController();
    const left = await subject.attach(id, { signal: leaving.signal });
    const stays = read(await subject.attach(id));
    for await (const chunk of left.stdout) {
      expect(Buffer.from(chunk).toString()).toBe('x\n');
      break;
    }
    leaving.abort('enough');
    await expect(left.exit).rejects.toBe('enough');
    await subject.kill(id, 'TERM');
    expect(await stays).toEqual(['x\ny\n', 0]);
  });

  rule('any bytes come as they were, and only the latest MiB are kept of many', async ({ subject }) => {
    const script = 'printf "\\0\\377\\n"; head -c 20000000 /dev/zero; printf "\\376end"';
    const { id } = await subject.start({ argv: sh(script) });
    await ended(subject, id);
    const attached = await subject.attach(id);
    const chunks: Uint8Array[] = [];
    for await (const chunk of attached.stdout) chunks.push(chunk);
    const output = Buffer.concat(chunks);
    expect(output.subarray(-5)).toEqual(Buffer.from('\0\u00feend', 'latin1'));
    expect(output.length).toBeGreaterThan(1024 * 1024);
    expect(output.length).toBeLessThan(16 * 1024 * 1024);
    expect(await attached.exit).toEqual({ code: 0 });
  });

  rule('what is left behind does not keep an attachment', async ({ subject }) => {
    const { id } = await subject.start({ argv: sh('sleep 1000 & echo over') });
    expect(await read(await subject.attach(id))).toEqual(['over\n', 0]);
    await subject.kill(id, 'KILL');
  });
}

function checkKills(rule: RuleTest<ProcessTableSubject>): void {
  rule('a whole tree is killed, also what left its session, and what it left behind', async (opened) => {
    const { subject, shell } = opened;
    const script = `trap '' TERM; setsid sh -c 'echo $$; exec sleep 1000' & sleep 1000 & echo $! $$; wait`;
    const { id } = await subject.start({ argv: sh(script) });
    const pids = await printed(await subject.attach(id), 3);
    await subject.kill(id, 'TERM');
    await subject.kill(id, 'KILL');
    expect(await isAnyRunning(shell, pids)).toBe(false);
    await ended(subject, id);
    expect((await found(subject, id))?.exit).toEqual({ code: 137 });
    await subject.kill(id, 'KILL');
    const left = await subject.start({ argv: sh('sleep 1000 & echo $!') });
    await ended(subject, left.id);
    const [pid] = await printed(await subject.attach(left.id), 1);
    expect(await isAnyRunning(shell, [pid!])).toBe(true);
    await subject.kill(left.id, 'KILL');
    expect(await isAnyRunning(shell, [pid!])).toBe(false);
  });

  rule('a signal reaches a command through its attachment, from any connection', async (opened) => {
    const script = 'trap "echo caught; exit 9" INT; echo ready; while :; do sleep 0.1; done 2>/dev/null';
    const { id } = await opened.subject.start({ argv: sh(script) });
    const attached = await (await opened.again()).attach(id);
    const [output, code] = await read(attached, (text) => {
      if (text === 'ready\n') void attached.kill('INT');
    });
    expect([output, code]).toEqual(['ready\ncaught\n', 9]);
  });

  rule('there is none by an id that none was given', async ({ subject }) => {
    for (const id of ['00000000000000000000', '../../etc', '']) {
      await expect(subject.attach(id)).rejects.toMatchObject({ code: 'PROCESS_NOT_FOUND' });
      await expect(subject.kill(id, 'TERM')).rejects.toMatchObject({ code: 'PROCESS_NOT_FOUND' });
    }
  });
}

function untilTerm(last: string, first = ':') {
  return sh(`trap '${last}' TERM; ${first}; while :; do sleep 0.1; done 2>/dev/null`);
}

async function found(table: ProcessTable, id: string): Promise<BackgroundCommand | undefined> {
  return (await table.list()).find((known) => known.id === id);
}

async function read(
  process: RemoteProcess,
  onText: (text: string) => void = () => {},
): Promise<readonly [string, number]> {
  let output = '';
  for await (const chunk of process.stdout) {
    output += Buffer.from(chunk).toString('utf8');
    onText(output);
  }
  await drain(process.stderr);
  return [output, (await process.exit).code];
}

/** The first words it printed; the rest is discarded. */
async function printed(process: RemoteProcess, count: number): Promise<readonly string[]> {
  let output = '';
  for await (const chunk of process.stdout) {
    output += Buffer.from(chunk).toString('utf8');
    if (output.endsWith('\n') && output.trim().split(/\s+/).length >= count) break;
  }
  return output.trim().split(/\s+/);
}

async function ended(table: ProcessTable, id: string): Promise<void> {
  while ((await found(table, id))?.exit === undefined) await setTimeout(50);
}
