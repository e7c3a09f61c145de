import type { Argv, RemoteProcess, RunOutcome } from '@clamshell/core';

import { capture, type Captured } from '../output/capture.ts';
import { describePhases, describeSync } from '../output/describe.ts';
import { syncToJson, writeJson } from '../output/json.ts';
import type { CommandContext } from '../perform.ts';
import { pumpStreams, pumpStdin } from '../streams.ts';

/** Resolves with the command's own exit code. */
export async function runCommand(context: CommandContext, argv: Argv): Promise<number> {
  const { composition, reporter, signal, provider } = context;
  const { session, sandbox } = await composition.open(await context.workspace());
  await using _session = session;
  reporter.detail(`sandbox ${sandbox} of provider ${provider}`);
  const captured: CapturedStreams = {};
  const attach = context.json
    ? captureStreams(context, captured)
    : (process: RemoteProcess) => pumpStreams(process, context.streams);
  const outcome = await session.run({ argv }, { signal, attach });
  report(context, outcome);
  if (context.json) writeRun(context, { sandbox, argv, outcome, captured });
  return outcome.exit.code;
}

interface CapturedStreams {
  stdout?: Captured;
  stderr?: Captured;
}

function captureStreams(context: CommandContext, into: CapturedStreams) {
  return async (process: RemoteProcess): Promise<void> => {
    using _stdin = pumpStdin(process, context.streams.stdin);
    [into.stdout, into.stderr] = await Promise.all([capture(process.stdout), capture(process.stderr)]);
  };
}

function report({ reporter }: CommandContext, { before, after, phases }: RunOutcome): void {
  for (const line of [...describeSync(before), ...describeSync(after)]) reporter.note(line);
  reporter.detail(describePhases(phases));
}

interface RunResult {
  readonly sandbox: string;
  readonly argv: Argv;
  readonly outcome: RunOutcome;
  readonly captured: CapturedStreams;
}

function writeRun(context: CommandContext, { sandbox, argv, outcome, captured }: RunResult): void {
  const { exit, before, after, phases } = outcome;
  writeJson(context.streams, {
    provider: context.provider,
    sandbox,
    command: argv,
    exitCode: exit.code,
    ...captured,
    before: syncToJson(before),
    after: syncToJson(after),
    phases,
  });
}
