import type { Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { isProcessAlive, type ProcessIdentity } from '@clamshell/host';

import type { EgressRule } from '../policy/egress-rules.ts';
import { appendLog } from '../state/sandbox-log.ts';
import { serveEgress } from './serve-egress.ts';

/** What the starter says once, together with the listener. */
export interface EgressOrder {
  readonly rules: readonly EgressRule[];
  readonly init: ProcessIdentity;
  readonly log: string;
}

const POLL_MS = 1000;

/**
 * The whole life of a sandbox's proxy: a process outside the confinement that gets its listener from the starter and
 * ends with the sandbox's first process. Where the starter ends before that, nothing has begun.
 */
export async function runEgress(now: () => Date): Promise<void> {
  const [{ rules, init, log }, listener] = await receive();
  serveEgress(listener, {
    ...{ rules, init: init.pid },
    log: (level, text) => appendLog(log, { time: now(), level, source: 'sandbox', text }),
  });
  process.send?.('serving');
  while (isProcessAlive(init)) await sleep(POLL_MS);
  process.exit();
}

function receive(): Promise<readonly [EgressOrder, Server]> {
  const abandoned = () => process.exit(1);
  process.once('disconnect', abandoned);
  return new Promise((resolve) => {
    process.once('message', (order, listener) => {
      process.off('disconnect', abandoned);
      resolve([order as EgressOrder, listener as Server]);
    });
  });
}
