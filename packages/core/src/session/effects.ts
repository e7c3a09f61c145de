import { assertNever, invariant } from '../errors/invariant.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { MirrorPeer } from '../ports/workspace-mirror.ts';
import type { SessionEffect, SessionEvent } from './events.ts';
import { LifecycleEffects } from './lifecycle-effects.ts';
import { RecordEffects } from './record-effects.ts';
import type { SessionDeps, SessionLink, SessionSpec } from './session-deps.ts';
import type { SessionState } from './state.ts';

type Effect<Name extends SessionEffect['do']> = Extract<SessionEffect, { do: Name }>;

/** Carries out effects through the ports: one small function each. */
export class Effects {
  readonly #deps: SessionDeps;
  readonly #spec: SessionSpec;
  readonly #link: SessionLink;
  readonly #lifecycle: LifecycleEffects;
  readonly #records: RecordEffects;

  constructor(deps: SessionDeps, spec: SessionSpec, link: SessionLink) {
    this.#deps = deps;
    this.#spec = spec;
    this.#link = link;
    this.#records = new RecordEffects(deps, spec, link);
    const register = this.#records.register.bind(this.#records);
    this.#lifecycle = new LifecycleEffects({ deps, spec, link, register });
  }

  /** Resolves with the event that the effect gave rise to, if any. */
  async perform(
    effect: SessionEffect,
    state: SessionState,
    options: CallOptions,
  ): Promise<SessionEvent | undefined> {
    switch (effect.do) {
      case 'inspect':
      case 'create':
      case 'start':
      case 'remove-broken':
      case 'await-change':
        return this.#lifecycle.perform(effect.do, options);
      case 'connect':
        return this.#lifecycle.connect(options);
      case 'sync':
        return this.#sync(effect, options);
      case 'claim':
        return this.#claim(effect, state, options);
      case 'remove':
        return this.#remove(options);
      case 'dispose':
        await disposeLink(this.#link);
        return { type: 'disposed' };
      case 'adopt':
      case 'survey':
      case 'record':
      case 'discard':
      case 'forget':
      case 'unclaim':
      case 'release':
        return this.#records.perform(effect, state);
      default:
        return assertNever(effect);
    }
  }

  async #sync({ step, believe }: Effect<'sync'>, options: CallOptions): Promise<SessionEvent> {
    const target = this.#deps.mounts[step.mount];
    const peer = peerOf(this.#link);
    if (peer === undefined) return { type: 'link-lost' };
    invariant(target !== undefined, 'a step names a mount');
    const { paths } = this.#link;
    const outcome = await target.mirror.sync(peer, {
      ...options,
      direction: step.direction,
      ...(paths && { paths }),
      ...(believe && { believe }),
    });
    if (outcome.status === 'halted') return { type: 'sync-halted', reason: outcome.reason };
    this.#link.synced.set(step.mount, outcome);
    return { type: 'synced', isWhole: outcome.problems.length === 0 };
  }

  /** The sandbox is looked at first: only what is seen and is ours is claimed. */
  async #claim(effect: Effect<'claim'>, state: SessionState, options: CallOptions): Promise<SessionEvent> {
    const seen = await this.#lifecycle.look(options);
    this.#link.removed = seen?.id;
    await this.#records.claim(seen, effect.grant, state);
    return { type: 'claimed' };
  }

  async #remove(options: CallOptions): Promise<SessionEvent> {
    const id = this.#link.removed;
    if (id !== undefined) await this.#deps.lifecycle.remove({ name: this.#spec.name, id }, options);
    return { type: 'removed' };
  }
}

export function peerOf({ transport, sandbox }: SessionLink): MirrorPeer | undefined {
  if (transport === undefined || sandbox === undefined) return undefined;
  return { id: sandbox.id, shell: transport.shell, requests: transport.requests };
}

export async function disposeLink(link: SessionLink): Promise<void> {
  const { transport } = link;
  link.transport = undefined;
  await transport?.[Symbol.asyncDispose]();
}
