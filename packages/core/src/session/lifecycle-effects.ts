import { isClamshellError, LifecycleError } from '../errors/clamshell-error.ts';
import { assertNever, invariant } from '../errors/invariant.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { Observation, SandboxInfo } from '../ports/sandbox-lifecycle.ts';
import type { SessionRecord } from '../ports/session-store.ts';
import type { SessionEvent } from './events.ts';
import { Patience } from './patience.ts';
import { isOwed } from './record-changes.ts';
import { OWNER_LABEL, type SessionDeps, type SessionLink, type SessionSpec } from './session-deps.ts';

export type LifecycleStep = 'inspect' | 'create' | 'start' | 'remove-broken' | 'await-change';

type Register = (made: SandboxInfo) => Promise<void>;

interface LifecycleParts {
  readonly deps: SessionDeps;
  readonly spec: SessionSpec;
  readonly link: SessionLink;
  /** Makes durable that a sandbox is this session's. */
  readonly register: Register;
}

/** The effects that bring a sandbox to ready; each resolves with what was then observed. */
export class LifecycleEffects {
  readonly #deps: SessionDeps;
  readonly #spec: SessionSpec;
  readonly #link: SessionLink;
  readonly #register: Register;
  readonly #patience: Patience;

  constructor({ deps, spec, link, register }: LifecycleParts) {
    this.#deps = deps;
    this.#spec = spec;
    this.#link = link;
    this.#register = register;
    this.#patience = new Patience(deps.clock, spec);
  }

  async perform(step: LifecycleStep, options: CallOptions): Promise<SessionEvent> {
    const { lifecycle } = this.#deps;
    const { sandbox } = this.#link;
    switch (step) {
      case 'inspect':
        this.#patience.begin();
        return this.#observe(options);
      case 'create':
        await this.#patience.pace(options);
        return this.#create(options);
      case 'start':
        await this.#patience.pace(options);
        this.#patience.expectStart();
        await lifecycle.start(this.#spec.name, options);
        return this.#observe(options);
      case 'await-change':
        await this.#patience.pace(options);
        return this.#observe(options);
      case 'remove-broken':
        invariant(sandbox !== undefined, 'only an observed sandbox is removed');
        await lifecycle.remove(sandbox, options);
        return this.#observe(options);
      default:
        return assertNever(step);
    }
  }

  async connect(options: CallOptions): Promise<SessionEvent> {
    const { connector, logger } = this.#deps;
    try {
      this.#link.transport = await connector.connect(this.#spec.name, options);
      return { type: 'connected' };
    } catch (error) {
      const mayRecover = isClamshellError(error) && error.retry === 'after-reconnect';
      if (!mayRecover || options.signal?.aborted === true || !this.#patience.isLeft()) throw error;
      logger.debug(`The sandbox does not answer yet: ${error.message}`);
      return { type: 'connect-failed' };
    }
  }

  /** What is there now and is ours; rejects where it is not ours. */
  async look(options: CallOptions): Promise<SandboxInfo | undefined> {
    const { store, lifecycle } = this.#deps;
    const seen = await lifecycle.inspect(this.#spec.name, options);
    if (seen.phase === 'absent') return undefined;
    if (isForeign(seen, this.#spec, await store.read(this.#spec.key))) throw foreign(this.#spec);
    return seen;
  }

  async #create(options: CallOptions): Promise<SessionEvent> {
    const { name, from, policy, gpu, providers, autoProviders, installation } = this.#spec;
    const labels = { [OWNER_LABEL]: installation };
    const spec = { name, from, policy, gpu, providers, autoProviders, labels };
    this.#patience.expectStart();
    try {
      const made = await this.#deps.lifecycle.create(spec, options);
      await this.#register(made);
      return await this.#toEvent(made);
    } catch (error) {
      // Another process won the race: its sandbox is adopted once its label is checked.
      if (!isClamshellError(error) || error.code !== 'SANDBOX_EXISTS') throw error;
      return this.#observe(options);
    }
  }

  async #observe(options: CallOptions): Promise<SessionEvent> {
    try {
      return await this.#toEvent(await this.#deps.lifecycle.inspect(this.#spec.name, options));
    } catch (error) {
      const mayRecover = isClamshellError(error) && error.code === 'GATEWAY_UNREACHABLE';
      if (!mayRecover || !this.#patience.isReturning()) throw error;
      return { type: 'observed', phase: 'unknown', whose: 'ours', owed: await this.#isOwed() };
    }
  }

  async #isOwed(): Promise<boolean> {
    return isOwed(await this.#deps.store.read(this.#spec.key), false);
  }

  async #toEvent(seen: Observation): Promise<SessionEvent> {
    const record = await this.#deps.store.read(this.#spec.key);
    if (seen.phase === 'absent') {
      return { type: 'observed', phase: 'absent', whose: 'ours', owed: isOwed(record, true) };
    }
    const { phase } = seen;
    const owed = isOwed(record, false);
    if (isForeign(seen, this.#spec, record)) return { type: 'observed', phase, whose: 'foreign', owed };
    this.#link.sandbox = seen;
    if (phase === 'ready') this.#patience.sawReady();
    const isKnown = record === undefined || record.sandboxId === seen.id;
    return { type: 'observed', phase, whose: isKnown ? 'ours' : 'replaced', owed };
  }
}

export function foreign({ name }: SessionSpec): LifecycleError {
  return new LifecycleError(
    'SANDBOX_OWNED_BY_OTHER',
    `Sandbox ${name} carries another installation’s label, or none`,
  );
}

/** A sandbox without a label is used only where this host registered it before. */
function isForeign(sandbox: SandboxInfo, spec: SessionSpec, record: SessionRecord | undefined): boolean {
  const owner = sandbox.labels[OWNER_LABEL];
  return owner !== spec.installation && (owner !== undefined || record?.sandboxId !== sandbox.id);
}
