import type { ClientChannel } from 'ssh2';

import { type Clock, TransportError } from '@clamshell/core';

import type { ChannelSlots } from './channel-slots.ts';
import { commandRefused, connectionLost, isChannelRefusal } from './classify.ts';
import { onAbort } from './on-abort.ts';
import type { Link } from './open-link.ts';

/** Pauses before a refused channel is asked for again; it never ran, so asking again is safe. */
const RETRY_DELAYS_MS = [20, 50, 100, 200, 400, 800];

export interface ChannelRequest<Adopted> {
  readonly link: Link;
  readonly slots: ChannelSlots;
  readonly clock: Clock;
  /** Shell text for the sandbox's login shell. */
  readonly text: string;
  /**
   * Takes the channel over, synchronously: what it says next may be in the packet after the one that opened it, and a
   * listener added a turn later would have missed it.
   */
  readonly adopt: (channel: ClientChannel) => Adopted;
  readonly signal?: AbortSignal | undefined;
}

type Attempt<Adopted> = { readonly adopted: Adopted } | { readonly refusal: Error };

/** One exec channel, in its turn. The turn is given back when the channel has closed. */
export async function openChannel<Adopted>(request: ChannelRequest<Adopted>): Promise<Adopted> {
  const { link, slots, clock, signal } = request;
  const release = await slots.take([link.gone, signal]);
  for (let tries = 0; ; tries += 1) {
    const attempt = await attemptOpen(request, release);
    if ('adopted' in attempt) return attempt.adopted;
    const delay = RETRY_DELAYS_MS[tries];
    if (delay !== undefined) await clock.sleep(delay, signal).catch(() => {});
    if (delay !== undefined && !signal?.aborted) continue;
    release();
    signal?.throwIfAborted();
    throw commandRefused(attempt.refusal);
  }
}

function attemptOpen<Adopted>(
  request: ChannelRequest<Adopted>,
  release: () => void,
): Promise<Attempt<Adopted>> {
  const { link, text, adopt, signal } = request;
  return new Promise((resolve, reject) => {
    let isWanted = true;
    const forget = onAbort([link.gone, signal], (reason) => {
      isWanted = false;
      reject(reason);
    });
    if (!isWanted) return release();
    execOn(link, text, (error, channel) => {
      forget();
      if (error !== undefined && isWanted && isChannelRefusal(error)) return resolve({ refusal: error });
      if (error !== undefined || channel === undefined) {
        release();
        return reject(error instanceof TransportError ? error : commandRefused(error));
      }
      channel.once('close', release);
      if (isWanted) return resolve({ adopted: adopt(channel) });
      abandon(channel);
    });
  });
}

type Opened = (error: Error | undefined, channel?: ClientChannel) => void;

/** ssh2 throws where the connection ended in this very moment. */
function execOn(link: Link, text: string, opened: Opened): void {
  try {
    link.client.exec(text, opened);
  } catch (cause) {
    opened(connectionLost('the sandbox', cause, ''));
  }
}

/** Lets go of a channel: what it still says is discarded, and the server is told to close it. */
export function abandon(channel: ClientChannel): void {
  channel.on('error', () => {});
  channel.removeAllListeners('readable').resume();
  channel.stderr.removeAllListeners('readable').resume();
  channel.close();
}
