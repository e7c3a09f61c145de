import { randomBytes } from 'node:crypto';

import {
  type BackgroundCommand,
  type BackgroundRequest,
  type CallOptions,
  type Clock,
  CommandError,
  type ExitStatus,
  type ProcessTable,
  type RemoteProcess,
  type RequestChannel,
  type ShellRunner,
  withDeadline,
  withDeadlineUntilEnd,
} from '@clamshell/core';

import { type ProcessTree, signalTree } from '../command/signal-tree.ts';
import { isProcessId, parseList } from './parse-list.ts';
import { ATTACH, FIND, KEEP, LEAD, LIST, START } from './programs.ts';

interface TableDeps {
  readonly shell: ShellRunner;
  readonly requests: RequestChannel;
  readonly control: RequestChannel;
  readonly clock: Clock;
}

/** The longest that a title may be, in characters. */
const MAX_TITLE = 1000;
const MAX_REPLY_BYTES = 4096;
const MAX_LIST_BYTES = 4 * 1024 * 1024;

/** Matches no process group and no session. */
const NO_TARGET = 'none';

/** Background commands, each with a keeper of its own in the sandbox, under /tmp. */
export function createProcessTable(deps: TableDeps): ProcessTable {
  const { clock } = deps;
  const kill: ProcessTable['kill'] = (id, signal, options = {}) =>
    withDeadline(clock, options, async (bound) => signalTree(deps, await find(deps, id, bound), signal));
  return {
    start: (request, options = {}) => withDeadline(clock, options, (bound) => start(deps, request, bound)),
    list: (options = {}) => withDeadline(clock, options, (bound) => list(deps, bound)),
    attach: (id, options = {}) =>
      withDeadlineUntilEnd(clock, options, async (bound) => {
        await find(deps, id, bound);
        const argv = ['sh', '-c', ATTACH, 'clamshell', id] as const;
        const value = asAttached(await deps.shell.spawn({ argv }, bound), (signal) => kill(id, signal));
        return { value, ended: value.exit };
      }),
    kill,
  };
}

async function start(
  deps: TableDeps,
  { argv, title = argv.join(' '), ...where }: BackgroundRequest,
  options: CallOptions,
): Promise<BackgroundCommand> {
  const id = newId(deps.clock);
  const words = [KEEP, LEAD, id, title.slice(0, MAX_TITLE), ...argv];
  const starting = { ...where, argv: ['sh', '-c', START, 'clamshell', ...words] as const };
  const { code, stderr } = await deps.shell.run({ ...starting, maxOutputBytes: MAX_REPLY_BYTES }, options);
  const started = code === 0 ? (await list(deps, options)).find((known) => known.id === id) : undefined;
  if (started !== undefined) return started;
  const said = Buffer.from(stderr).toString('utf8').trim();
  throw new CommandError('COMMAND_NOT_STARTED', `The command can't be kept in the background: ${said}`);
}

/** Goes up with time, so that the order of names is that of the starts. */
function newId(clock: Clock): string {
  return `${Math.floor(clock.now()).toString(16).padStart(12, '0')}${randomBytes(4).toString('hex')}`;
}

async function list({ requests }: TableDeps, options: CallOptions): Promise<readonly BackgroundCommand[]> {
  const request = { program: LIST, args: [], maxReplyBytes: MAX_LIST_BYTES };
  return parseList((await requests.request(request, options)).stdout);
}

/** The group of one that has ended may be another's by now; what it left behind still carries its tag. */
async function find({ requests }: TableDeps, id: string, options: CallOptions): Promise<ProcessTree> {
  const request = { program: FIND, args: [id], maxReplyBytes: MAX_REPLY_BYTES };
  const reply = isProcessId(id) ? await requests.request(request, options) : undefined;
  const lines = Buffer.from(reply?.stdout ?? []).toString('latin1');
  const [, target, tag, end] = /^(-?[1-9][0-9]{0,9})\n([0-9a-f]{32})\n(ended\n)?$/.exec(lines) ?? [];
  if (target === undefined || tag === undefined || /^-?1$/.test(target))
    throw new CommandError('PROCESS_NOT_FOUND', `There is no background command ${id}`);
  return { target: end === undefined ? target : NO_TARGET, tag };
}

/** Shows a command through the one that prints its output. */
function asAttached(printer: RemoteProcess, kill: RemoteProcess['kill']): RemoteProcess {
  const said = collectEnd(printer.stderr);
  const exit = Promise.all([said, printer.exit]).then(([end]): ExitStatus => {
    if (/^[0-9]{1,3}\n$/.test(end) && Number(end) <= 255) return { code: Number(end) };
    throw new CommandError('EXIT_UNKNOWN', 'The background command ended without an exit status');
  });
  exit.catch(() => {});
  return { stdin: NO_INPUT, stdout: printer.stdout, stderr: NOTHING, exit, kill };
}

async function collectEnd(stderr: AsyncIterable<Uint8Array>): Promise<string> {
  let end = '';
  for await (const chunk of stderr) end = (end + Buffer.from(chunk).toString('latin1')).slice(-16);
  return end;
}

const NO_INPUT = { write: () => Promise.resolve(), end: () => Promise.resolve() };

const NOTHING: AsyncIterable<Uint8Array> = {
  [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
};
