import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';

import {
  ConfigError,
  type HostPath,
  isClamshellError,
  parseHostPath,
  redact,
  resolveConfig,
} from '@clamshell/core';

import { compose, type Composition } from './compose.ts';
import { watchInterrupts } from './interrupt.ts';
import { type CliStreams, createReporter, type Reporter } from './output/reporter.ts';

export interface GlobalFlags {
  readonly dir: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly provider: string;
  readonly gateway?: string;
  readonly timeout?: number;
}

/** What a command is given. */
export interface CommandContext {
  readonly composition: Composition;
  readonly reporter: Reporter;
  readonly streams: CliStreams;
  readonly provider: string;
  readonly json: boolean;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** The workspace's real path; throws WORKSPACE_INVALID. */
  workspace(): Promise<HostPath>;
}

/** Usage errors, as most tools have them. */
export const EXIT_USAGE = 2;
/** Clamshell itself failed; 126 and 127 stay the command's own. */
const EXIT_OWN_FAILURE = 125;
const EXIT_INTERRUPTED = 130;

/** Runs a command's work with everything around it: composition, interrupts, errors as exit codes. */
export async function perform(
  flags: GlobalFlags,
  streams: CliStreams,
  work: (context: CommandContext) => Promise<number>,
): Promise<number> {
  const json = flags.json === true;
  const reporter = createReporter(streams, { quiet: flags.quiet === true, verbose: flags.verbose === true });
  using interrupts = watchInterrupts(reporter);
  try {
    const { provider, gateway, timeout: timeoutSeconds } = flags;
    const written = {
      provider,
      ...(gateway && { gateway }),
      ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    };
    const composition = await compose(resolveConfig(written), reporter.logger);
    const { signal } = interrupts;
    const workspace = () => resolveWorkspace(flags.dir);
    return await work({ composition, reporter, streams, provider, json, signal, workspace });
  } catch (error) {
    if (interrupts.signal.aborted && error === interrupts.signal.reason) return EXIT_INTERRUPTED;
    reportFailure(error, { reporter, streams, json });
    return EXIT_OWN_FAILURE;
  }
}

async function resolveWorkspace(dir: string): Promise<HostPath> {
  try {
    const real = await realpath(path.resolve(dir));
    if ((await stat(real)).isDirectory()) return parseHostPath(real);
  } catch (cause) {
    throw new ConfigError('WORKSPACE_INVALID', `The workspace does not exist or can’t be entered: ${dir}`, {
      cause,
    });
  }
  throw new ConfigError('WORKSPACE_INVALID', `The workspace is not a directory: ${dir}`);
}

interface FailureOutput {
  readonly reporter: Reporter;
  readonly streams: CliStreams;
  readonly json: boolean;
}

function reportFailure(error: unknown, { reporter, streams, json }: FailureOutput): void {
  const message = redact(error instanceof Error ? error.message : String(error));
  const known = isClamshellError(error) ? error : undefined;
  if (json) {
    const { code = 'UNEXPECTED', hint, context } = known ?? {};
    streams.stdout.write(`${JSON.stringify({ ok: false, error: { code, message, hint, context } })}\n`);
  }
  reporter.error(known === undefined ? message : `${message} [${known.code}]`, known?.hint);
  if (error instanceof Error) reporter.detail(redact(error.stack ?? ''));
}
