import { isClamshellError, LifecycleError } from '../errors/clamshell-error.ts';
import { assertNever, invariant } from '../errors/invariant.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { Observation, SandboxInfo } from '../ports/sandbox-lifecycle.ts';
import type { SessionRecord } from '../ports/session-store.ts';
import { OWNER_LABEL, type SessionDeps, type SessionLink, type SessionSpec } from './session-deps.ts';
import type { SessionEvent } from './state.ts';

const POLL_MS = 250;

export type LifecycleStep = 'inspect' | 'create' | 'start' | 'remove' | 'await-change';

/** The effects that bring a sandbox to ready; each resolves with what was then observed. */
export function createLifecycleEffects(deps: SessionDeps, spec: SessionSpec, link: SessionLink) {
  const { lifecycle, clock } = deps;
  let waitingSince: number | undefined;

  async function observe(options: CallOptions, seen?: Observation): Promise<SessionEvent> {
    const observation = seen ?? (await lifecycle.inspect(spec.name, options));
    if (observation.phase === 'ready') waitingSince = undefined;
    if (observation.phase === 'absent') return { type: 'observed', phase: 'absent', isKnown: true };
    const record = await deps.store.read(spec.key);
    const isKnown = record === undefined || record.sandboxId === observation.id;
    rejectForeign(observation, spec, record);
    link.sandbox = observation;
    return { type: 'observed', phase: observation.phase, isKnown };
  }

  async function create(options: CallOptions): Promise<SessionEvent> {
    const { name, from, policy, installation } = spec;
    try {
      const labels = { [OWNER_LABEL]: installation };
      return await observe(options, await lifecycle.create({ name, from, policy, labels }, options));
    } catch (error) {
      // Another process won the race: its sandbox is adopted once its label is checked.
      if (isClamshellError(error) && error.code === 'SANDBOX_EXISTS') return awaitChange(options);
      throw error;
    }
  }

  async function awaitChange(options: CallOptions): Promise<SessionEvent> {
    waitingSince ??= clock.now();
    if (clock.now() - waitingSince > spec.readyTimeoutMs) {
      waitingSince = undefined;
      throw new LifecycleError(
        'SANDBOX_NOT_READY',
        `Sandbox ${spec.name} did not become ready in ${spec.readyTimeoutMs} ms`,
      );
    }
    await clock.sleep(POLL_MS, options.signal);
    return observe(options);
  }

  return async (step: LifecycleStep, options: CallOptions): Promise<SessionEvent> => {
    switch (step) {
      case 'inspect':
        return observe(options);
      case 'create':
        return create(options);
      case 'await-change':
        return awaitChange(options);
      case 'start':
        await lifecycle.start(spec.name, options);
        return observe(options);
      case 'remove':
        invariant(link.sandbox !== undefined, 'only an observed sandbox is removed');
        await lifecycle.remove(link.sandbox, options);
        return { type: 'observed', phase: 'absent', isKnown: true };
      default:
        return assertNever(step);
    }
  };
}

/** A sandbox without a label is used only where this host registered it before. */
export function rejectForeign(
  sandbox: SandboxInfo,
  spec: SessionSpec,
  record: SessionRecord | undefined,
): void {
  const owner = sandbox.labels[OWNER_LABEL];
  if (owner === spec.installation || (owner === undefined && record?.sandboxId === sandbox.id)) return;
  const whose = owner === undefined ? 'no owner label' : 'another installation’s label';
  throw new LifecycleError('SANDBOX_OWNED_BY_OTHER', `Sandbox ${sandbox.name} carries ${whose}`);
}
