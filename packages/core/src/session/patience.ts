import { LifecycleError } from '../errors/clamshell-error.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { Clock } from '../ports/clock-logger.ts';
import type { SessionSpec } from './session-deps.ts';

/** How long a sandbox that was ready may be away, as while its gateway restarts: openshell §4. */
const RETURN_MS = 30_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2000;

/** How long, and in which pace, one attempt to reach the sandbox waits for it. */
export class Patience {
  readonly #clock: Clock;
  readonly #spec: SessionSpec;
  #since = 0;
  #limitMs = 0;
  #steps = 0;
  #wasReady = false;
  #isUp = false;

  constructor(clock: Clock, spec: SessionSpec) {
    this.#clock = clock;
    this.#spec = spec;
  }

  /** A new attempt. */
  begin(): void {
    this.#since = this.#clock.now();
    this.#limitMs = this.#wasReady ? RETURN_MS : this.#spec.readyTimeoutMs;
    this.#steps = 0;
    this.#isUp = false;
  }

  /** It is made or started in this attempt, which takes as long as it takes. */
  expectStart(): void {
    this.#limitMs = this.#spec.readyTimeoutMs;
  }

  /** From the first time on, within one attempt, only what a restart takes is waited for. */
  sawReady(): void {
    this.#wasReady = true;
    if (this.#isUp) return;
    this.#isUp = true;
    this.#since = this.#clock.now();
    this.#limitMs = RETURN_MS;
  }

  /** Whether this session had the sandbox before, so that the gateway is known to be right. */
  isReturning(): boolean {
    return this.#wasReady && this.isLeft();
  }

  isLeft(): boolean {
    return this.#clock.now() - this.#since <= this.#limitMs;
  }

  /** The first step follows at once, each later one after a longer pause. Throws SANDBOX_NOT_READY when time is up. */
  async pace({ signal }: CallOptions): Promise<void> {
    if (!this.isLeft()) {
      const message = `Sandbox ${this.#spec.name} did not become ready in ${this.#limitMs} ms`;
      throw new LifecycleError('SANDBOX_NOT_READY', message);
    }
    this.#steps += 1;
    if (this.#steps === 1) return;
    await this.#clock.sleep(Math.min(FIRST_PAUSE_MS * 1.5 ** (this.#steps - 2), LONGEST_PAUSE_MS), signal);
  }
}
