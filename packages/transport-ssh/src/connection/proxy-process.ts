import { spawn } from 'node:child_process';
import type { EventEmitter } from 'node:events';

import type { Argv, Clock } from '@clamshell/core';

import { signalGroup } from './process-group.ts';
import type { Road } from './road.ts';
import { settlesWithin } from './settles-within.ts';
import { keepTail } from './stderr-tail.ts';
import { TunnelStream } from './tunnel-stream.ts';

/** From TERM to KILL. */
const KILL_DELAY_MS = 1000;

/** What it said on stderr may arrive after its end. */
const LAST_WORDS_MS = 200;

interface ProxyOptions {
  readonly command: Argv;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
}

/** Starts the proxy command as it is, without a shell, as the leader of a process group of its own. */
export function startProxy({ command, env, clock }: ProxyOptions): Road {
  const [file, ...args] = command;
  const program = spawn(file, args, { env: { ...env }, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  const stream = new TunnelStream(program);
  const lastWords = keepTail(program.stderr);
  const ended = eventOf(program, ['exit', 'error']);
  const hasSpoken = eventOf(program.stderr, ['close']);
  let ending: Promise<void> | undefined;
  const end = async (patienceMs: number) => {
    stream.end();
    await settlesWithin(ended, patienceMs, clock);
    stream.destroy();
    if (program.pid !== undefined) await endGroup(program.pid, ended, clock);
    await settlesWithin(hasSpoken, LAST_WORDS_MS, clock);
  };
  return { stream, lastWords, end: (patienceMs) => (ending ??= end(patienceMs)) };
}

async function endGroup(leader: number, ended: Promise<void>, clock: Clock): Promise<void> {
  if (!signalGroup(leader, 'SIGTERM')) return;
  await settlesWithin(ended, KILL_DELAY_MS, clock);
  signalGroup(leader, 'SIGKILL');
  await ended;
}

function eventOf(emitter: EventEmitter, names: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    for (const name of names) emitter.once(name, () => resolve());
  });
}
