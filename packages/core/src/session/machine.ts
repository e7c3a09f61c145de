import { isClamshellError, TransportError } from '../errors/clamshell-error.ts';
import type { CallOptions } from '../ports/call-options.ts';
import { disposeLink, Effects, peerOf } from './effects.ts';
import type { SessionEffect, SessionEvent } from './events.ts';
import { failureError, haltError } from './run-errors.ts';
import type { Lease } from './session-api.ts';
import type { SessionDeps, SessionLink, SessionSpec } from './session-deps.ts';
import { initialState, type SessionState } from './state.ts';
import { isLoss } from './transition/halts.ts';
import { transition } from './transition/transition.ts';

/** The state, and the effects that follow from each step of it. Only who holds the session's lane may `drive`. */
export class Machine {
  readonly link: SessionLink = {
    transport: undefined,
    sandbox: undefined,
    paths: undefined,
    synced: new Map(),
    leases: new Map(),
    isClaimed: false,
    removed: undefined,
  };
  readonly #closing = new AbortController();
  readonly #deps: SessionDeps;
  readonly #spec: SessionSpec;
  readonly #effects: Effects;
  #state: SessionState;

  constructor(deps: SessionDeps, spec: SessionSpec) {
    this.#deps = deps;
    this.#spec = spec;
    this.#effects = new Effects(deps, spec, this.link);
    this.#state = initialState(deps.mounts.map(({ mount }) => mount.direction));
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Aborted once the session closes. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  beginClose(): void {
    this.#closing.abort(new TransportError('CONNECTION_LOST', 'The session was closed'));
  }

  /** One step, without its effect: for events about runs and the link, which ask for none. */
  tell(event: SessionEvent): SessionEffect | undefined {
    const { state, effect } = transition(this.#spec.mode, this.#state, event);
    this.#state = state;
    this.#deps.onStep?.(state, event);
    return effect;
  }

  /** Follows a chain of events to its rest. A step that throws is a `failed` event first, then the caller's error. */
  async drive(first: SessionEvent, options: CallOptions): Promise<void> {
    let event: SessionEvent | undefined = first;
    while (event !== undefined) {
      const effect: SessionEffect | undefined = this.tell(event);
      if (effect === undefined) return;
      try {
        event = await this.#effects.perform(effect, this.#state, options);
      } catch (error) {
        await this.#setBack(error);
        throw error;
      }
      if (effect.do === 'connect' && event?.type === 'connected') this.#watchLink();
    }
  }

  /** Ready, whatever it takes. Rejects with why it is not. */
  async linkUp(options: CallOptions): Promise<void> {
    if (this.#state.position.at !== 'ready') await this.drive({ type: 'wanted' }, options);
    this.rejectUnlessReady();
  }

  /** Rejects where that can't be found out. */
  async isReachable(options: CallOptions): Promise<boolean> {
    try {
      if (this.#state.position.at !== 'halted') await this.linkUp(options);
    } catch (error) {
      if (this.#state.position.at !== 'halted') throw error;
    }
    const { position } = this.#state;
    return position.at !== 'halted' || !isLoss(position.reason);
  }

  lease(): Lease {
    const { transport } = this.link;
    const peer = peerOf(this.link);
    if (transport === undefined || peer === undefined) throw lost();
    return { transport, peer };
  }

  rejectUnlessReady(): void {
    const { position } = this.#state;
    if (position.at === 'ready') return;
    if (position.at === 'halted') throw haltError(position.reason);
    throw position.at === 'failed' ? failureError(position.reason, this.#spec) : lost();
  }

  async #setBack(error: unknown): Promise<void> {
    if (isClamshellError(error) && error.code === 'CONNECTION_LOST') await this.dropLink();
    try {
      await this.drive({ type: 'failed' }, {});
    } catch (second) {
      // The first failure is the one to report; what the second left behind is made good by the next attempt.
      this.#deps.logger.warn(`And then: ${second instanceof Error ? second.message : String(second)}`);
    }
  }

  #watchLink(): void {
    const { transport } = this.link;
    if (transport === undefined) return;
    void transport.lost.then(async (reason) => {
      if (this.link.transport !== transport) return;
      this.#deps.logger.debug(`The link was lost: ${reason.message}`);
      await this.dropLink();
    });
  }

  async dropLink(): Promise<void> {
    this.tell({ type: 'link-lost' });
    try {
      await disposeLink(this.link);
    } catch (error) {
      this.#deps.logger.debug(`A lost link was not disposed of: ${String(error)}`);
    }
  }
}

function lost(): TransportError {
  return new TransportError('CONNECTION_LOST', 'The link to the sandbox broke');
}
