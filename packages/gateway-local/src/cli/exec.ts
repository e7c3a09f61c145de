import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { Command, InvalidArgumentError, Option } from 'commander';

import { ConfigError, LifecycleError, TransportError } from '@clamshell/core';

import { observeSandbox } from '../lifecycle/observe-sandbox.ts';
import { execText } from '../reach/exec-text.ts';
import { placeOf } from '../state/scope.ts';
import type { CliContext, CommandLine } from './cli-context.ts';
import { collect } from './collect.ts';

export interface ExecOptions {
  readonly name: string;
  readonly workdir?: string;
  readonly timeout: number;
  readonly env: readonly string[];
}

/** One message of the gateway's protocol (openshell §1.10). */
const MAX_STDIN_BYTES = 4 * 1024 * 1024;

const TIMED_OUT = 124;

/**
 * `sandbox exec -n NAME -- CMD…`: the command's outputs and status become its own. Standard input is read to its end
 * before anything begins, unless it is a terminal. At the timeout the command is left alone, and so is one whose caller
 * went away (openshell §1.10).
 */
export function execCommand(contextOf: () => CliContext, { words }: CommandLine): Command {
  const command = new Command('exec');
  return command
    .description('run a command in a Ready sandbox, after `--`')
    .requiredOption('-n, --name <name>')
    .option('--workdir <directory>', 'where it starts')
    .addOption(new Option('--timeout <seconds>', '0 for none').default(0).argParser(parseSeconds))
    .addOption(new Option('--env <key=value>').default([]).argParser(collect))
    .option('--no-tty', 'always so')
    .action(async (options: ExecOptions) => {
      if (words === undefined || words.length === 0) {
        command.error('error: the following required arguments were not provided: <COMMAND>...');
      }
      const context = contextOf();
      context.exitWith(await exec(context, options, words ?? []));
    });
}

/** Resolves with the status that becomes the program's. */
export async function exec(
  context: CliContext,
  options: ExecOptions,
  argv: readonly string[],
): Promise<number> {
  const { scope, dialect, streams } = context;
  const place = placeOf(scope, options.name);
  const text = execText({ argv, workdir: options.workdir, env: options.env });
  const { phase } = await observeSandbox(place);
  if (phase !== 'Ready') {
    const message = `sandbox '${options.name}' is not ready (phase: ${phase}); wait for it to reach Ready state`;
    throw new LifecycleError('SANDBOX_NOT_READY', message);
  }
  const input = streams.stdin.isTTY === true ? [] : await readWhole(streams.stdin);
  // What speaks SSH is large, and only some commands need it.
  const { connectSandbox } = await import('../reach/connect-sandbox.ts');
  const { runRemote } = await import('../reach/run-remote.ts');
  using connection = await connectSandbox(place, streams.stderr);
  const running = runRemote(connection, text, { ...streams, stdin: pieces(input) });
  const status = await Promise.race([running, expiry(options.timeout)]);
  if (status !== undefined) return status;
  if (!dialect.tellsCutStream) return 0;
  const message = 'exec relay closed before the command reported an exit status';
  throw new TransportError('CONNECTION_LOST', message);
}

async function readWhole(stdin: Readable): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    size += (chunk as Buffer).length;
    if (size > MAX_STDIN_BYTES) {
      throw new ConfigError(
        'CONFIG_INVALID',
        `stdin exceeds the ${MAX_STDIN_BYTES} bytes that exec can send`,
      );
    }
    chunks.push(chunk as Buffer);
  }
  return chunks;
}

async function* pieces(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function expiry(seconds: number): Promise<number> {
  if (seconds === 0) return new Promise(() => {});
  await sleep(seconds * 1000, undefined, { ref: false });
  return TIMED_OUT;
}

function parseSeconds(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Not a number.');
  return Number(text);
}
