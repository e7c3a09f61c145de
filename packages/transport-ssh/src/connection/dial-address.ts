import { once } from 'node:events';
import net from 'node:net';

import type { Clock } from '@clamshell/core';

import type { Road } from './road.ts';
import { settlesWithin } from './settles-within.ts';

interface Dialling {
  readonly address: { readonly host: string; readonly port: number };
  readonly clock: Clock;
}

/** A TCP connection; what goes wrong with it shows as the error of its stream. */
export function dialAddress({ address, clock }: Dialling): Road {
  const stream = net.connect({ ...address, noDelay: true, keepAlive: true });
  const closed = once(stream, 'close').catch(() => {});
  return {
    stream,
    lastWords: () => '',
    async end(patienceMs) {
      stream.end();
      await settlesWithin(closed, patienceMs, clock);
      stream.destroy();
    },
  };
}
