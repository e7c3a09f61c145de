import path from 'node:path';

import { isClamshellError } from '@clamshell/core';

import type { CommandInput } from './command-input.ts';
import { compose as composeAdapters, readEnvironment } from './compose.ts';
import type { CommandContext } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { watchInterrupts } from './interrupt.ts';
import { describeFailure, failureChain, failureLines } from './output/failure.ts';
import { createProgress } from './output/progress.ts';
import { createReporter, type Reporter } from './output/reporter.ts';
import type { CliStreams } from './output/streams.ts';
import type { CommandSpec } from './table/command-spec.ts';

/** Runs a command with everything around it: what it may ask for, interrupts, errors as exit codes. Never rejects. */
export async function perform(
  command: CommandSpec,
  input: CommandInput,
  streams: CliStreams,
): Promise<number> {
  const environment = readEnvironment();
  const [quiet, verbose, json] = [input.flag('quiet'), input.flag('verbose'), input.flag('json')];
  using progress = createProgress(streams.stderr, { clock: environment.clock, isWanted: !quiet && !json });
  const reporter = createReporter(streams, { quiet, verbose, progress });
  using interrupts = watchInterrupts(reporter);
  try {
    const work = await command.load();
    return await work(createContext({ input, streams, reporter, progress, interrupts, environment }));
  } catch (error) {
    if (interrupts.signal.aborted && error === interrupts.signal.reason) return interrupts.exitCode;
    reportFailure(error, { reporter, streams, json });
    return isClamshellError(error) && error.code === 'COMMAND_NOT_STARTED' ? EXIT.notStarted : EXIT.failed;
  }
}

type Given = Pick<
  CommandContext,
  'input' | 'streams' | 'reporter' | 'progress' | 'environment' | 'interrupts'
>;

function createContext(given: Given): CommandContext {
  const { input, environment, interrupts, reporter } = given;
  const found = once(async () => {
    const { findWorkspace } = await import('./config/workspace.ts');
    const dir = path.resolve(environment.cwd, input.text('dir') ?? '.');
    return findWorkspace({ dir, uid: process.getuid?.() });
  });
  const workspace = once(async () => {
    const { rejectHome } = await import('./config/workspace.ts');
    await rejectHome(await found(), environment.variables['HOME']);
    return found();
  });
  const settings = once(async () => {
    const { readSettings } = await import('./config/settings.ts');
    return readSettings({ input, environment, workspace: await found() });
  });
  const compose = once(async () => {
    const { config, providerOrigin } = await settings();
    reporter.note(`provider ${config.provider} (${providerOrigin})`);
    return composeAdapters(config, reporter.logger);
  });
  const choice = async () => {
    const { chooseSandbox } = await import('./config/sandbox-choice.ts');
    const [{ root }, { profile }] = [await workspace(), await settings()];
    return chooseSandbox({ root, profile, scope: input.text('scope'), sandbox: input.text('sandbox') });
  };
  const open = async () => {
    const opened = await (await compose()).open(await choice());
    interrupts.leaves(() => describeOwed(opened.session.state.owed, opened.sandbox));
    return opened;
  };
  const { signal } = interrupts;
  return { ...given, json: input.flag('json'), signal, workspace, settings, choice, compose, open };
}

function describeOwed(owed: boolean, sandbox: string): string {
  return owed
    ? `sandbox ${sandbox} may hold what this host has not seen; the next run or "clamshell sync" brings it home`
    : `nothing is owed by sandbox ${sandbox}`;
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
}

interface FailureOutput {
  readonly reporter: Reporter;
  readonly streams: CliStreams;
  readonly json: boolean;
}

function reportFailure(error: unknown, { reporter, streams, json }: FailureOutput): void {
  const failure = describeFailure(error);
  if (json) streams.stdout.write(`${JSON.stringify({ ok: false, error: failure })}\n`);
  reporter.error(failure.message, failureLines(failure));
  reporter.detail(failureChain(error));
}
