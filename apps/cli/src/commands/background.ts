import {
  type Argv,
  type BackgroundCommand,
  ConfigError,
  escapeControls,
  type ProcessTable,
  type Session,
  type Signal,
  TransportError,
} from '@clamshell/core';

import type { CommandContext } from '../context.ts';
import { capture } from '../output/capture.ts';
import { writeJson } from '../output/json.ts';
import { writeAll } from '../output/pump.ts';
import { reportSync } from '../output/report-sync.ts';
import { placeInside } from './place-inside.ts';

/** Syncs, starts a command that goes on by itself, and prints its id. */
export async function spawnCommand(context: CommandContext): Promise<number> {
  const { input, streams, progress, signal } = context;
  const cwd = await placeInside(context);
  return withSession(context, async (opened) => {
    progress.begin('prepare');
    reportSync(context, await opened.session.sync({ signal, progress: progress.update }));
    const started = await useTable(opened, 'mutate', (table) =>
      table.start({ argv: input.args as Argv, cwd }, { signal }),
    );
    writeJson(context, { command: toJson(started) });
    if (!context.json) streams.stdout.write(`${escapeControls(started.id)}\n`);
    return 0;
  });
}

/** One background command a line: id, state, start, command. */
export async function processesCommand(context: CommandContext): Promise<number> {
  const { streams, signal } = context;
  return withSession(context, async (opened) => {
    const commands = await useTable(opened, 'read', (table) => table.list({ signal }));
    writeJson(context, { commands: commands.map(toJson) });
    for (const command of context.json ? [] : commands) {
      const { id, state, startedAt, title } = toJson(command);
      streams.stdout.write(`${id}  ${state.padEnd(9)} ${startedAt}  ${title}\n`);
    }
    return 0;
  });
}

/** Shows what a background command printed and prints until it ends, brings its files home, and ends as it did. */
export async function attachCommand(context: CommandContext): Promise<number> {
  const { input, streams, progress, signal } = context;
  const [id = ''] = input.args;
  return withSession(context, async (opened) => {
    const end = await useTable(opened, 'read', async (table) => {
      const command = await table.attach(id, { signal });
      progress.clear();
      const output = context.json
        ? await capture(command.stdout)
        : await writeAll(command.stdout, streams.stdout);
      return { output, exit: await command.exit };
    });
    progress.begin('bring home');
    reportSync(context, await opened.session.sync({ signal, progress: progress.update }));
    writeJson(context, { id, exitCode: end.exit.code, output: end.output });
    return end.exit.code;
  });
}

/** Ends a background command and all it started; success where it has ended. */
export async function killCommand(context: CommandContext): Promise<number> {
  const { input, reporter, signal } = context;
  const [id = ''] = input.args;
  const wanted = parseSignal(input.text('signal') ?? 'TERM');
  return withSession(context, async (opened) => {
    await useTable(opened, 'mutate', (table) => table.kill(id, wanted, { signal }));
    reporter.note(`sent ${wanted} to ${escapeControls(id)}`);
    writeJson(context, { id, signal: wanted });
    return 0;
  });
}

interface Opened {
  readonly session: Session;
  readonly signal: AbortSignal;
}

async function withSession(
  context: CommandContext,
  work: (opened: Opened) => Promise<number>,
): Promise<number> {
  const { session } = await context.open();
  await using _session = session;
  const { progress, signal } = context;
  progress.begin('connect');
  const code = await work({ session, signal });
  progress.clear();
  return code;
}

function useTable<Value>(
  { session, signal }: Opened,
  kind: 'read' | 'mutate',
  work: (table: ProcessTable) => Promise<Value>,
): Promise<Value> {
  return session.use(
    kind,
    ({ transport }) => {
      if (transport.processes !== undefined) return work(transport.processes);
      throw new TransportError('CAPABILITY_MISSING', 'This connection keeps no commands in the background');
    },
    { signal },
  );
}

function toJson({ id, title, cwd, startedAtMs, exit }: BackgroundCommand) {
  const state = exit === undefined ? 'running' : exit === 'unknown' ? 'lost' : `exit ${exit.code}`;
  return {
    id: escapeControls(id),
    state,
    startedAt: new Date(startedAtMs).toISOString(),
    cwd: escapeControls(cwd),
    title: escapeControls(title),
  };
}

function parseSignal(text: string): Signal {
  const name = text.toUpperCase().replace(/^SIG/, '');
  if (name === 'INT' || name === 'TERM' || name === 'KILL') return name;
  throw new ConfigError('CONFIG_INVALID', `Not a signal that can be sent: ${text}`, {
    hint: 'Choose TERM, INT or KILL.',
  });
}
