import { assertNever, invariant } from '../errors/invariant.ts';
import type { SandboxId } from '../naming/sandbox-name.ts';
import type { SandboxInfo } from '../ports/sandbox-lifecycle.ts';
import type { SessionRecord } from '../ports/session-store.ts';
import type { SessionEffect, SessionEvent } from './events.ts';
import * as records from './record-changes.ts';
import type { SessionDeps, SessionLink, SessionSpec } from './session-deps.ts';
import type { Grant, SessionState } from './state.ts';

type RecordEffect = Extract<
  SessionEffect,
  { do: 'adopt' | 'survey' | 'record' | 'discard' | 'forget' | 'unclaim' | 'release' }
>;

type Change = (current: SessionRecord | undefined) => SessionRecord | undefined;

/** The effects that make durable what a crash must not forget. */
export class RecordEffects {
  readonly #deps: SessionDeps;
  readonly #spec: SessionSpec;
  readonly #link: SessionLink;

  constructor(deps: SessionDeps, spec: SessionSpec, link: SessionLink) {
    this.#deps = deps;
    this.#spec = spec;
    this.#link = link;
  }

  async perform(effect: RecordEffect, state: SessionState): Promise<SessionEvent | undefined> {
    const { clock, store } = this.#deps;
    const { owner, key } = this.#spec;
    switch (effect.do) {
      case 'adopt': {
        const adopted = await this.#update((now) => records.adopt(now, this.#author(), this.#link.isClaimed));
        this.#link.isClaimed = false;
        return adopted;
      }
      case 'survey': {
        const current = await store.read(key);
        const own = [...state.runs.keys()];
        return { type: 'surveyed', survey: records.survey(current, this.#author(), own) };
      }
      case 'record': {
        const part = { change: effect.change, leases: this.#link.leases };
        return this.#update((now) => records.record(now, this.#author(), part));
      }
      case 'discard':
        return this.#update((now) => records.discard(now, clock.now()));
      case 'forget':
        await this.#update(records.forget);
        this.#link.isClaimed = false;
        return { type: 'forgotten' };
      case 'unclaim':
        await this.#update((now) => records.unclaim(now, owner));
        this.#link.isClaimed = false;
        return undefined;
      case 'release': {
        const release = () =>
          this.#update((now) => records.release(now, [...state.runs.keys()], clock.now()));
        // A run that is not let go of stays open for as long as this process lives, and nobody else tries again.
        await release().catch(release).catch(release);
        return { type: 'released' };
      }
      default:
        return assertNever(effect);
    }
  }

  /** A sandbox that was just made is known at once, so that it is told from a stranger's if it breaks. */
  async register(sandbox: SandboxInfo): Promise<void> {
    await this.#update((now) => records.adopt(now, this.#author(sandbox.id), this.#link.isClaimed));
  }

  /** Of a sandbox that was seen, or of the one on record where none is there; nothing where neither is. */
  async claim(seen: SandboxInfo | undefined, grant: Grant, { runs }: SessionState): Promise<void> {
    this.#link.isClaimed = true;
    await this.#update((now) => {
      const sandboxId = seen?.id ?? now?.sandboxId;
      if (sandboxId === undefined) return undefined;
      return records.claimRemoval(now, this.#author(sandboxId), { grant, own: [...runs.keys()] });
    });
  }

  async #update(change: Change): Promise<SessionEvent> {
    const { owed = false, seeded = false } = (await this.#deps.store.update(this.#spec.key, change)) ?? {};
    return { type: 'recorded', owed, seeded };
  }

  #author(sandboxId?: SandboxId): records.RecordAuthor {
    const { clock, isOwnerAlive } = this.#deps;
    const { name: sandboxName, owner } = this.#spec;
    const id = sandboxId ?? this.#link.sandbox?.id;
    invariant(id !== undefined, 'a record names an observed sandbox');
    return { sandboxName, sandboxId: id, owner, nowMs: clock.now(), isOwnerAlive };
  }
}
