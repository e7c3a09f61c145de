import { randomBytes } from 'node:crypto';

import {
  type CallOptions,
  type Clock,
  CommandError,
  type ExecRequest,
  type ExecSpec,
  type ExecSpecSource,
  type RequestChannel,
  withDeadline,
} from '@clamshell/core';

import { endTree } from '../command/signal-tree.ts';
import { HOST_ALIAS } from './local-config.ts';
import type { SharedConnection } from './shared-connection.ts';
import { runText, STAGE, stagedScript, UNSTAGE } from './staged-script.ts';

/** Where scripts are staged: outside any workspace, and never left there by a command that began. */
const STAGE_PREFIX = '/tmp/.clamshell-';

const MAX_REPLY_BYTES = 4096;

interface SpecDeps {
  readonly requests: RequestChannel;
  readonly control: RequestChannel;
  readonly connection: SharedConnection;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
}

/** Commands as the argv of the system's `ssh`, over a connection that they share. */
export function createExecSpecSource(deps: SpecDeps): ExecSpecSource {
  return {
    prepare: (request, options = {}) =>
      withDeadline(deps.clock, options, (bound) => prepare(deps, request, bound)),
  };
}

async function prepare(deps: SpecDeps, request: ExecRequest, { signal }: CallOptions): Promise<ExecSpec> {
  const tag = randomBytes(16).toString('hex');
  const file = `${STAGE_PREFIX}${randomBytes(16).toString('hex')}`;
  const script = stagedScript(tag, request);
  let disposing: Promise<void> | undefined;
  const dispose = () => (disposing ??= end(deps, file, tag));
  try {
    const [ssh] = await Promise.all([deps.connection.argv(signal), stage(deps, { file, script, signal })]);
    const terminal = request.pty ? '-tt' : '-T';
    return {
      argv: [...ssh, terminal, HOST_ALIAS, runText(file)],
      env: request.pty ? { TERM: 'xterm-256color', ...deps.env } : deps.env,
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose().catch(() => {});
    throw error;
  }
}

interface Staging {
  readonly file: string;
  readonly script: Uint8Array;
  readonly signal: AbortSignal | undefined;
}

async function stage({ requests }: SpecDeps, { file, script, signal }: Staging): Promise<void> {
  const request = { program: STAGE, args: [file], stdin: script, maxReplyBytes: MAX_REPLY_BYTES };
  const { status, stderr } = await requests.request(request, { signal });
  if (status === 0) return;
  const said = Buffer.from(stderr).toString('utf8').trim();
  throw new CommandError('COMMAND_NOT_STARTED', `The command could not be staged in the sandbox: ${said}`);
}

/** Removes what was staged and ends what is left of the command. */
async function end({ control, clock }: SpecDeps, file: string, tag: string): Promise<void> {
  const { stdout } = await control.request({
    program: UNSTAGE,
    args: [file],
    maxReplyBytes: MAX_REPLY_BYTES,
  });
  const [target = ''] = /^-?[0-9]{2,10}(?=\n$)/.exec(Buffer.from(stdout).toString('latin1')) ?? [];
  if (!(await endTree({ control, clock }, { target, tag })))
    throw new CommandError('PROCESS_NOT_ENDED', 'Some of the command’s processes could not be ended');
}
