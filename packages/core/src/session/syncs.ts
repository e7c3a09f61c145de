import { isClamshellError } from '../errors/clamshell-error.ts';
import type { CallOptions, PhaseTiming } from '../ports/call-options.ts';
import type { SyncOptions } from '../ports/workspace-mirror.ts';
import type { Door } from './door.ts';
import type { Lane } from './lane.ts';
import type { Machine } from './machine.ts';
import { mergeSyncs, orderOf, pairUp } from './outcomes.ts';
import type { SessionSync } from './session-api.ts';
import type { SessionDeps } from './session-deps.ts';
import { SharedWork } from './shared-work.ts';
import type { Position } from './state.ts';

/** A sync over a link that breaks is tried again over a new one, this often in all. */
const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 200;

interface SyncsParts {
  readonly machine: Machine;
  readonly lane: Lane;
  readonly door: Door;
}

const LINKED: ReadonlySet<Position['at']> = new Set(['ready', 'surveying', 'syncing', 'recording']);

/** What several callers of one session wait for together: the link, and syncs, one at a time. */
export class Syncs {
  readonly #deps: SessionDeps;
  readonly #parts: SyncsParts;
  #ensuring: SharedWork<void> | undefined;
  #next: SharedWork<SessionSync> | undefined;

  constructor(deps: SessionDeps, parts: SyncsParts) {
    this.#deps = deps;
    this.#parts = parts;
  }

  async ensure(options: CallOptions): Promise<readonly PhaseTiming[]> {
    const { clock } = this.#deps;
    const began = clock.now();
    await this.#link(options);
    return [{ name: 'ensure', ms: clock.now() - began, files: 0, bytes: 0 }];
  }

  /** Linked, and every mount was pushed once, now or ever before. */
  async seed(options: CallOptions): Promise<void> {
    await this.#link(options);
    if (!this.#parts.machine.state.seeded) await this.full(options);
  }

  /** A full merge that begins after this call. */
  full(options: CallOptions): Promise<SessionSync> {
    if (this.#next === undefined || this.#next.isAbandoned) {
      const work: SharedWork<SessionSync> = this.#share((bound) => {
        if (this.#next === work) this.#next = undefined;
        return this.#untilLinkHolds({}, bound);
      });
      this.#next = work;
    }
    return this.#next.join(options);
  }

  /** One of the caller's own. */
  single({ direction, paths, believe, ...options }: SyncOptions): Promise<SessionSync> {
    const wanted = { direction, paths, believe };
    return this.#share((bound) => this.#untilLinkHolds(wanted, bound)).join(options);
  }

  async #link(options: CallOptions): Promise<void> {
    const { machine } = this.#parts;
    const { at } = machine.state.position;
    if (LINKED.has(at)) return;
    if (at === 'halted') machine.rejectUnlessReady();
    if (this.#ensuring === undefined || this.#ensuring.isAbandoned) {
      const work: SharedWork<void> = this.#share(async (bound) => {
        try {
          await machine.linkUp(bound);
        } finally {
          if (this.#ensuring === work) this.#ensuring = undefined;
        }
      });
      this.#ensuring = work;
    }
    await this.#ensuring.join(options);
  }

  #share<Value>(work: (options: CallOptions) => Promise<Value>): SharedWork<Value> {
    const { lane, machine } = this.#parts;
    return new SharedWork((bound) => lane.enter(() => work(bound)), machine.closing);
  }

  async #untilLinkHolds(wanted: SyncOptions, options: CallOptions): Promise<SessionSync> {
    for (let attempt = 1; ; attempt += 1) {
      options.signal?.throwIfAborted();
      try {
        return await this.#once(wanted, options);
      } catch (error) {
        if (!isLinkFailure(error) || attempt === ATTEMPTS) throw error;
        await this.#deps.clock.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1), options.signal);
      }
    }
  }

  async #once(wanted: SyncOptions, options: CallOptions): Promise<SessionSync> {
    const { machine, door } = this.#parts;
    await machine.linkUp(options);
    door.rest();
    machine.link.synced.clear();
    machine.link.paths = wanted.paths;
    await machine.drive({ type: 'sync-wanted', order: orderOf(wanted) }, options);
    machine.rejectUnlessReady();
    return mergeSyncs(pairUp(this.#deps.mounts, machine.link.synced));
  }
}

/** A new link may do what this one did not. */
export function isLinkFailure(error: unknown): boolean {
  return isClamshellError(error) && error.retry === 'after-reconnect';
}
