import { type Argv, type RemoteCommand, type RemoteProcess, type RunOutcome } from '@clamshell/core';

import type { CommandContext } from '../context.ts';
import { capture, type Captured } from '../output/capture.ts';
import { describePhases, describeSync } from '../output/describe.ts';
import { syncToJson } from '../output/json.ts';
import { openResult, type ResultWriter } from '../output/json-result.ts';
import { pumpStdin, pumpStreams } from '../output/pump.ts';
import { drawTimings } from '../output/timings.ts';
import { placeInside } from './place-inside.ts';

/** Resolves with the command's own exit code. */
export async function runCommand(context: CommandContext): Promise<number> {
  const { input, progress, reporter, signal } = context;
  const result = openResult(context);
  const { session, sandbox } = await context.open();
  await using _session = session;
  reporter.detail(`sandbox ${sandbox}`);
  const command = { argv: input.args as Argv, cwd: await placeInside(context) };
  const captured: CapturedStreams = {};
  const attach = async (process: RemoteProcess) => {
    progress.clear();
    await (context.json ? captureStreams(process, context, captured) : pumpStreams(process, context.streams));
    progress.begin('bring home');
  };
  progress.begin('prepare');
  const outcome = await session.run(command, { signal, attach, progress: progress.update });
  report(context, outcome);
  await writeResult(context, { result, sandbox, command, outcome, captured });
  return outcome.exit.code;
}

interface CapturedStreams {
  stdout?: Captured;
  stderr?: Captured;
}

async function captureStreams(
  process: RemoteProcess,
  { streams }: CommandContext,
  into: CapturedStreams,
): Promise<void> {
  using _stdin = pumpStdin(process, streams.stdin);
  [into.stdout, into.stderr] = await Promise.all([capture(process.stdout), capture(process.stderr)]);
}

function report({ input, reporter }: CommandContext, { before, after, phases }: RunOutcome): void {
  for (const line of [...describeSync(before), ...describeSync(after)]) reporter.note(line);
  if (!input.flag('timings')) return reporter.detail(describePhases(phases));
  for (const line of drawTimings(phases)) reporter.note(line);
}

interface Ran {
  readonly result: ResultWriter;
  readonly sandbox: string;
  readonly command: RemoteCommand;
  readonly outcome: RunOutcome;
  readonly captured: CapturedStreams;
}

async function writeResult(context: CommandContext, ran: Ran): Promise<void> {
  const { before, after, exit, phases } = ran.outcome;
  const { config } = await context.settings();
  ran.result.write({
    provider: config.provider,
    sandbox: ran.sandbox,
    command: ran.command.argv,
    cwd: ran.command.cwd,
    exitCode: exit.code,
    ...ran.captured,
    before: syncToJson(before),
    after: syncToJson(after),
    phases,
  });
}
