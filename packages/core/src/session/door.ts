import { TransportError } from '../errors/clamshell-error.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { Lane } from './lane.ts';
import type { Machine } from './machine.ts';

/**
 * Single changes to the sandbox, between syncs. They share one entry in the record, made before the first of them and
 * settled by the first sync that finds none under way, so that only the first pays for it.
 */
export class Door {
  readonly #machine: Machine;
  readonly #lane: Lane;
  readonly #newId: () => string;
  #inside = 0;
  #run: string | undefined;

  constructor(machine: Machine, lane: Lane, newId: () => string) {
    this.#machine = machine;
    this.#lane = lane;
    this.#newId = newId;
  }

  /** Runs `work` once it is durable that it may leave something. */
  async pass<Value>(work: () => Promise<Value>, options: CallOptions): Promise<Value> {
    this.#inside += 1;
    try {
      if (!this.#isOpen()) await this.#lane.enter(() => this.#open(options));
      return await work();
    } finally {
      this.#inside -= 1;
    }
  }

  /** Before a sync: what was changed up to now is for it to settle. */
  rest(): void {
    if (this.#inside > 0 || this.#run === undefined) return;
    this.#machine.tell({ type: 'run-ended', run: this.#run });
    this.#run = undefined;
  }

  #isOpen(): boolean {
    return this.#run !== undefined && this.#machine.state.runs.get(this.#run) === 'executing';
  }

  async #open(options: CallOptions): Promise<void> {
    if (this.#isOpen()) return;
    await this.#machine.linkUp(options);
    const run = this.#newId();
    await this.#machine.drive({ type: 'door-opened', run }, {});
    this.#run = run;
    if (!this.#isOpen()) throw new TransportError('CONNECTION_LOST', 'The link to the sandbox broke');
  }
}
