import os from 'node:os';

import type { ClientChannel } from 'ssh2';

import { CommandError, type ExitStatus } from '@clamshell/core';

import { onAbort } from '../connection/on-abort.ts';

/**
 * How the command ended, once the channel is closed and both outputs are read: a server may report the status before
 * the last of the output (openshell §2.5). Never a made-up 0: no status, or one that no process has, is EXIT_UNKNOWN.
 */
export function awaitExit(channel: ClientChannel, broken: AbortSignal): Promise<ExitStatus> {
  const exit = new Promise<ExitStatus>((resolve, reject) => {
    let status: number | undefined;
    let open = 2;
    const settle = () => {
      open -= 1;
      if (open > 0) return;
      forget();
      if (status === undefined)
        reject(new CommandError('EXIT_UNKNOWN', 'The command ended without an exit status'));
      else resolve({ code: status });
    };
    const forget = onAbort([broken], reject);
    channel.once('exit', (code: unknown, signal: unknown) => {
      status = readStatus(code, signal);
    });
    channel.once('close', settle);
    channel.stderr.once('end', settle);
  });
  // Its owner may never ask.
  exit.catch(() => {});
  return exit;
}

function readStatus(code: unknown, signal: unknown): number | undefined {
  if (typeof code === 'number') return Number.isInteger(code) && code >= 0 && code <= 255 ? code : undefined;
  const signals: Readonly<Record<string, number>> = os.constants.signals;
  const number = typeof signal === 'string' && Object.hasOwn(signals, signal) ? signals[signal] : undefined;
  return number === undefined ? undefined : 128 + number;
}
