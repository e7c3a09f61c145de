import { assertNever } from '../errors/invariant.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { SyncOptions } from '../ports/workspace-mirror.ts';
import { LifecycleEffects, rejectForeign } from './lifecycle-effects.ts';
import { createRecordEffects } from './record-effects.ts';
import type { SessionDeps, SessionLink, SessionSpec } from './session-deps.ts';
import type { SessionEffect, SessionEvent, SessionState } from './state.ts';

interface Effects {
  /** Resolves with the event that the effect gave rise to, if any. */
  perform(
    effect: SessionEffect,
    state: SessionState,
    options: SyncOptions,
  ): Promise<SessionEvent | undefined>;
  /** Removes the sandbox, if it is there and ours, and the durable record. Resolves with whether it was there. */
  removeForGood(options: CallOptions): Promise<boolean>;
  isAbsent(options: CallOptions): Promise<boolean>;
}

/** Carries out effects through the ports: one small function each. */
export function createEffects(deps: SessionDeps, spec: SessionSpec, link: SessionLink): Effects {
  const lifecycle = new LifecycleEffects(deps, spec, link);
  const records = createRecordEffects(deps, spec, link);
  return {
    async perform(effect, state, options) {
      switch (effect.do) {
        case 'inspect':
        case 'create':
        case 'start':
        case 'remove':
        case 'await-change':
          return lifecycle.perform(effect.do, options);
        case 'connect':
          link.transport = await deps.connector.connect(spec.name, options);
          return { type: 'connected' };
        case 'sync':
          return sync(deps, link, { run: effect.run, options });
        case 'record-owed':
          return records.owed(effect.run);
        case 'record-settled':
          return records.settled(effect.run, state.owed);
        case 'dispose':
          await link.transport?.[Symbol.asyncDispose]();
          link.transport = undefined;
          return { type: 'closed' };
        default:
          return assertNever(effect);
      }
    },
    removeForGood: (options) => removeForGood(deps, spec, options),
    async isAbsent(options) {
      return (await deps.lifecycle.inspect(spec.name, options)).phase === 'absent';
    },
  };
}

async function removeForGood(deps: SessionDeps, spec: SessionSpec, options: CallOptions): Promise<boolean> {
  const seen = await deps.lifecycle.inspect(spec.name, options);
  if (seen.phase !== 'absent') {
    rejectForeign(seen, spec, await deps.store.read(spec.key));
    await deps.lifecycle.remove(seen, options);
  }
  await deps.store.update(spec.key, () => undefined);
  return seen.phase !== 'absent';
}

async function sync(
  deps: SessionDeps,
  link: SessionLink,
  { run, options }: { run: string | undefined; options: SyncOptions },
): Promise<SessionEvent> {
  link.lastSync = undefined;
  const { transport, sandbox } = link;
  if (transport === undefined || sandbox === undefined) return { type: 'link-lost' };
  const outcome = await deps.mirror.sync({ id: sandbox.id, shell: transport.shell }, options);
  if (outcome.status === 'halted') return { type: 'sync-halted', reason: outcome.reason };
  link.lastSync = outcome;
  return { type: 'synced', run };
}
