import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:net';

import { LifecycleError } from '@clamshell/core';
import { identifyProcess, type ProcessIdentity } from '@clamshell/host';

import { SYSTEM_PATH } from '../confine/plan.ts';
import type { EgressOrder } from './run-egress.ts';

/** The hidden subcommand that is the proxy. */
export const EGRESS_COMMAND = 'egress-proxy';

export interface EgressProcess {
  readonly identity: ProcessIdentity;
  /** Hands it the listener and resolves once it serves. Legal once. */
  serve(order: EgressOrder, listener: Server): Promise<void>;
}

/** A proxy that still waits for what it is to serve; it ends with this process until it does. */
export function startEgress({
  execPath,
  script,
}: {
  readonly execPath: string;
  readonly script: string;
}): EgressProcess {
  const child = spawn(execPath, [script, EGRESS_COMMAND], {
    cwd: '/',
    detached: true,
    env: { PATH: SYSTEM_PATH },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.on('error', () => {});
  const identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
  if (identity === undefined)
    throw new LifecycleError('SANDBOX_FAILED', 'the network proxy could not be started');
  return { identity, serve: (order, listener) => serve(child, order, listener) };
}

async function serve(child: ChildProcess, order: EgressOrder, listener: Server): Promise<void> {
  const serving = once(child, 'message');
  const ended = once(child, 'exit').then(() => {
    throw new LifecycleError('SANDBOX_FAILED', 'the network proxy has ended');
  });
  child.send({ ...order }, listener);
  await Promise.race([serving, ended]);
  ended.catch(() => {});
  listener.close();
  child.disconnect();
  child.unref();
}
