import { TransportError } from '@clamshell/core';

/** What may go wrong with one call of a port. `late`: it takes effect, and fails all the same. */
export type Fault = 'none' | 'refuse' | 'late' | 'hang' | 'lose-link' | 'halt' | 'partial' | 'kill';

/** Faults in the order of the calls that meet them; none once they are used up. */
export class FaultPlan {
  #faults: readonly Fault[];
  #next = 0;

  constructor(faults: readonly Fault[]) {
    this.#faults = faults;
  }

  take(): Fault {
    const fault = this.#faults[this.#next] ?? 'none';
    this.#next += 1;
    return fault;
  }

  stop(): void {
    this.#faults = [];
  }
}

/** Settles only by an abort. */
export function hang(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal?.aborted === true) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

export function lostLink(): TransportError {
  return new TransportError('CONNECTION_LOST', 'The link was lost, as planned');
}
