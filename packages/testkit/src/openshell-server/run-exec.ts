import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';

import type { ServerChannel } from 'ssh2';

import type { ServerFaults } from './faults.ts';
import { overrunWindow } from './overrun.ts';
import { type Command, relayOutput } from './relay-output.ts';

/** How long output may follow the end of its command (openshell §2.5). */
const PIPE_GRACE_MS = 2000;

export interface ExecRequest {
  readonly text: string;
  /** The terminal's name, where one was asked for. */
  readonly terminal?: string | undefined;
}

export interface ExecContext {
  readonly home: string;
  readonly ownGroups: boolean;
  readonly faults: ServerFaults;
  readonly commands: Set<Command>;
  /** What became of each channel that nobody asked for. */
  readonly unasked: string[];
  /** Cuts the connection. */
  drop(): void;
}

/** One exec request as OpenShell runs it: a login shell, a cleared environment, and no process group of its own. */
export async function runExec(
  { text, terminal }: ExecRequest,
  channel: ServerChannel,
  context: ExecContext,
): Promise<void> {
  const { home, commands } = context;
  const trimmed = text.trim();
  // An empty command starts nothing and closes nothing (openshell §2.4).
  if (trimmed === '') return;
  const [program, args] =
    terminal === undefined ? ['/bin/bash', ['-lc', trimmed]] : ['script', ['-qefc', trimmed, '/dev/null']];
  const command = spawn(program, args, {
    cwd: home,
    env: { ...execEnvironment(home), TERM: terminal ?? 'dumb' },
    detached: context.ownGroups,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  commands.add(command);
  channel.on('error', () => {});
  command.stdin.on('error', () => {});
  // The end of the channel ends standard input, and nothing else.
  channel.once('close', () => command.stdin.end());
  channel.pipe(command.stdin);
  const relayed = relayOutput(command, channel, misbehave(channel, context));
  const [code] = (await once(command, 'close').catch(() => [127])) as [number | null];
  await Promise.race([relayed, setTimeout(PIPE_GRACE_MS, undefined, { ref: false })]);
  commands.delete(command);
  reportEnd(channel, code, context.faults);
}

function execEnvironment(home: string): Readonly<Record<string, string>> {
  return {
    OPENSHELL_SANDBOX: '1',
    HOME: home,
    USER: 'sandbox',
    SHELL: '/bin/bash',
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  };
}

/** What goes wrong once the command has printed something. */
function misbehave(channel: ServerChannel, { faults, drop }: ExecContext): (bytes: number) => void {
  let total = 0;
  let isOverrunning = false;
  return (bytes) => {
    if (faults.overrunWindow && !isOverrunning) overrunWindow(channel);
    isOverrunning ||= faults.overrunWindow;
    total += bytes;
    if (faults.dropAfterBytes !== undefined && total >= faults.dropAfterBytes) drop();
  };
}

/** Never a signal, always a status: 1 for a command that was killed (openshell §2.4). */
function reportEnd(channel: ServerChannel, code: number | null, faults: ServerFaults): void {
  if (channel.writableEnded) return;
  if (!faults.withholdExit) channel.exit(faults.forgeExit ?? code ?? 1);
  channel.end();
}
