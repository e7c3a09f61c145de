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
export class LifecycleEffects {
  readonly #deps: SessionDeps;
  readonly #spec: SessionSpec;
  readonly #link: SessionLink;
  #waitingSince: number | undefined;

  constructor(deps: SessionDeps, spec: SessionSpec, link: SessionLink) {
    this.#deps = deps;
    this.#spec = spec;
    this.#link = link;
  }

  async perform(step: LifecycleStep, options: CallOptions): Promise<SessionEvent> {
    const { lifecycle } = this.#deps;
    const { sandbox } = this.#link;
    switch (step) {
      case 'inspect':
        return this.#observe(options);
      case 'create':
        return this.#create(options);
      case 'await-change':
        return this.#awaitChange(options);
      case 'start':
        await lifecycle.start(this.#spec.name, options);
        return this.#observe(options);
      case 'remove':
        invariant(sandbox !== undefined, 'only an observed sandbox is removed');
        await lifecycle.remove(sandbox, options);
        return { type: 'observed', phase: 'absent', isKnown: true };
      default:
        return assertNever(step);
    }
  }

  async #observe(options: CallOptions, seen?: Observation): Promise<SessionEvent> {
    const observation = seen ?? (await this.#deps.lifecycle.inspect(this.#spec.name, options));
    if (observation.phase === 'ready') this.#waitingSince = undefined;
    if (observation.phase === 'absent') return { type: 'observed', phase: 'absent', isKnown: true };
    const record = await this.#deps.store.read(this.#spec.key);
    const isKnown = record === undefined || record.sandboxId === observation.id;
    rejectForeign(observation, this.#spec, record);
    this.#link.sandbox = observation;
    return { type: 'observed', phase: observation.phase, isKnown };
  }

  async #create(options: CallOptions): Promise<SessionEvent> {
    const { name, from, policy, installation } = this.#spec;
    const spec = { name, from, policy, labels: { [OWNER_LABEL]: installation } };
    try {
      return await this.#observe(options, await this.#deps.lifecycle.create(spec, options));
    } catch (error) {
      // Another process won the race: its sandbox is adopted once its label is checked.
      if (isClamshellError(error) && error.code === 'SANDBOX_EXISTS') return this.#awaitChange(options);
      throw error;
    }
  }

  async #awaitChange(options: CallOptions): Promise<SessionEvent> {
    const { clock } = this.#deps;
    const { name, readyTimeoutMs } = this.#spec;
    this.#waitingSince ??= clock.now();
    if (clock.now() - this.#waitingSince > readyTimeoutMs) {
      this.#waitingSince = undefined;
      throw new LifecycleError(
        'SANDBOX_NOT_READY',
        `Sandbox ${name} did not become ready in ${readyTimeoutMs} ms`,
      );
    }
    await clock.sleep(POLL_MS, options.signal);
    return this.#observe(options);
  }
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
