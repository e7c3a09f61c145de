import type { ClientChannel } from 'ssh2';

import type { ByteSink, ExitStatus } from '@clamshell/core';

import { awaitExit } from './exit-status.ts';
import { onAbort } from '../connection/on-abort.ts';
import { abandon } from '../connection/open-channel.ts';
import type { Link } from '../connection/open-link.ts';
import { type ByteSource, readBytes } from './read-bytes.ts';
import { writeBytes } from './write-bytes.ts';

/** An open exec channel with everything that can be asked of it. */
export interface RunningCommand {
  readonly stdin: ByteSink;
  readonly stdout: ByteSource;
  readonly stderr: ByteSource;
  readonly exit: Promise<ExitStatus>;
  /** Aborts when the link is gone or the command was given up. */
  readonly broken: AbortSignal;
  /** Whether its end was reported, perhaps before the last of its output. */
  hasEnded(): boolean;
  /** Lets the channel go; every wait on it rejects with `reason`. */
  giveUp(reason: unknown): void;
}

export function adoptChannel(link: Link, channel: ClientChannel): RunningCommand {
  const breaking = new AbortController();
  const broken = breaking.signal;
  const forget = onAbort([link.gone], (reason) => breaking.abort(reason));
  let hasEnded = false;
  const end = () => (hasEnded = true);
  channel
    .on('error', () => {})
    .once('exit', end)
    .once('close', end)
    .once('close', forget);
  return {
    stdin: writeBytes(channel, { broken, drained: () => link.drained() }),
    stdout: readBytes(channel, broken),
    stderr: readBytes(channel.stderr, broken),
    exit: awaitExit(channel, broken),
    broken,
    hasEnded: () => hasEnded,
    giveUp(reason) {
      breaking.abort(reason);
      abandon(channel);
    },
  };
}
