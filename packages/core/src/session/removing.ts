import { isClamshellError } from '../errors/clamshell-error.ts';
import type { CallOptions } from '../ports/call-options.ts';
import { peerOf } from './effects.ts';
import type { SessionRecord } from '../ports/session-store.ts';
import type { Lane } from './lane.ts';
import type { Machine } from './machine.ts';
import { isOwed, survey } from './record-changes.ts';
import { notRemoved } from './run-errors.ts';
import type { Removal, RemoveOptions, SessionSync } from './session-api.ts';
import type { SessionDeps, SessionSpec } from './session-deps.ts';
import type { Grant } from './state.ts';
import { isLoss } from './transition/halts.ts';

interface RemovingParts {
  readonly machine: Machine;
  readonly lane: Lane;
  readonly bringHome: (options: CallOptions) => Promise<SessionSync>;
}

/** How a sandbox goes: brought home, else archived, else not at all; or by a person's word. */
export class Removing {
  readonly #deps: SessionDeps;
  readonly #spec: SessionSpec;
  readonly #parts: RemovingParts;

  constructor(deps: SessionDeps, spec: SessionSpec, parts: RemovingParts) {
    this.#deps = deps;
    this.#spec = spec;
    this.#parts = parts;
  }

  async remove({ discard, ...options }: RemoveOptions): Promise<Removal> {
    if (discard) return this.#removeBy({ by: 'discarded' }, [], options);
    if (await this.#isNothingToLose(options)) return this.#removeBy({ by: 'settled' }, [], options);
    const why = await this.#bringHome(options);
    if (why === undefined) return this.#removeBy({ by: 'settled' }, [], options);
    const record = await this.#deps.store.read(this.#spec.key);
    // What a command writes from now on is not in the archive, nor is a run that begins: hence its count.
    if (this.#isInUse(record)) throw stillInUse();
    const starts = record?.starts ?? 0;
    const saved = await this.#save(why, options);
    const grant: Grant = this.#parts.machine.state.owed ? { by: 'saved', starts } : { by: 'settled' };
    return this.#removeBy(grant, saved, options);
  }

  /** It is not there, or broken, and owes nothing: reaching for it would only create it anew. */
  async #isNothingToLose(options: CallOptions): Promise<boolean> {
    const { phase } = await this.#deps.lifecycle.inspect(this.#spec.name, options);
    const isGone = phase === 'absent';
    return (isGone || phase === 'error') && !isOwed(await this.#deps.store.read(this.#spec.key), isGone);
  }

  /** Resolves with why not all of it came home, if so. Rejects where an archive would not help either. */
  async #bringHome(options: CallOptions): Promise<unknown> {
    try {
      const { problems, withheld } = await this.#parts.bringHome(options);
      if (problems.length > 0) return notRemoved(`${problems.length} paths could not be brought home`);
      return withheld.length > 0
        ? notRemoved(`${withheld.length} paths must not come to the host`)
        : undefined;
    } catch (error) {
      if (options.signal?.aborted === true || !isClamshellError(error)) throw error;
      const { position } = this.#parts.machine.state;
      const isLost = position.at === 'halted' && isLoss(position.reason);
      if (isLost || peerOf(this.#parts.machine.link) === undefined) throw error;
      return notRemoved('its workspace could not be brought home', error);
    }
  }

  async #save(why: unknown, options: CallOptions): Promise<Removal['saved']> {
    const { mounts, logger } = this.#deps;
    const saved: { file: string; bytes: number }[] = [];
    for (const { mount, mirror } of mounts) {
      if (mount.direction === 'push') continue;
      const peer = peerOf(this.#parts.machine.link);
      if (mirror.save === undefined || peer === undefined) throw why;
      try {
        saved.push(await mirror.save(peer, options));
      } catch (error) {
        if (options.signal?.aborted === true) throw error;
        logger.warn(why instanceof Error ? why.message : String(why));
        throw notRemoved('its workspace could not be archived either', error);
      }
    }
    return saved;
  }

  #isInUse(record: SessionRecord | undefined): boolean {
    const { clock, isOwnerAlive } = this.#deps;
    const { runs } = this.#parts.machine.state;
    const own = [...runs.keys()];
    const { isShared } = survey(record, { nowMs: clock.now(), isOwnerAlive }, own);
    return isShared || [...runs.values()].includes('executing');
  }

  async #removeBy(grant: Grant, saved: Removal['saved'], options: CallOptions): Promise<Removal> {
    const { machine, lane } = this.#parts;
    return lane.enter(async () => {
      machine.link.removed = undefined;
      const before = machine.state;
      await machine.drive({ type: 'remove-wanted', grant }, options);
      // A refused event changes nothing.
      if (machine.state === before) throw stillInUse();
      await machine.dropLink();
      return { wasThere: machine.link.removed !== undefined, saved };
    });
  }
}

function stillInUse(): Error {
  return notRemoved('a command still runs in it');
}
