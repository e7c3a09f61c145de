import { onAbort } from '../connection/on-abort.ts';
import { openShell, type ReadyShell } from './open-shell.ts';
import type { ShellDeps } from './shell-deps.ts';

/** As many as commands that follow one another use up while a new one is made, on a link of any length. */
const MAX_SPARES = 3;

interface Spare {
  /** Holds `undefined` where it could not be opened: the next command finds out why. */
  readonly opening: Promise<ReadyShell | undefined>;
  isReady: boolean;
}

/**
 * Ready shells, kept waiting while turns are free, so that a command starts in one round trip instead of three. One at
 * first; more once commands come faster than spares.
 */
export class SpareShells {
  readonly #deps: ShellDeps;
  readonly #spares: Spare[] = [];
  #wanted = 1;

  constructor(deps: ShellDeps) {
    this.#deps = deps;
  }

  async take(signal: AbortSignal | undefined): Promise<ReadyShell> {
    signal?.throwIfAborted();
    this.#deps.link.gone.throwIfAborted();
    const shell = (await this.#takeSpare(signal)) ?? (await openShell(this.#deps, signal));
    this.prepare();
    const prepare = () => this.prepare();
    shell.running.exit.then(prepare, prepare);
    return shell;
  }

  /** Opens spares in the background, as many as are wanted and have turns that nobody waits for. */
  prepare(): void {
    const { link, slots, isSparing } = this.#deps;
    while (isSparing && this.#spares.length < this.#wanted && slots.isFree && !link.gone.aborted) {
      const opening = openShell(this.#deps, undefined).catch(() => undefined);
      const spare: Spare = { opening, isReady: false };
      this.#spares.push(spare);
      void opening.then(() => (spare.isReady = true));
    }
  }

  /** Also one that is still being opened: it may hold the last turn. */
  async #takeSpare(signal: AbortSignal | undefined): Promise<ReadyShell | undefined> {
    const ready = this.#spares.findIndex(({ isReady }) => isReady);
    if (ready === -1) this.#wanted = Math.min(this.#wanted + 1, MAX_SPARES);
    const [spare] = this.#spares.splice(Math.max(ready, 0), 1);
    if (spare === undefined) return undefined;
    const aborted = Promise.withResolvers<never>();
    const forget = onAbort([signal], aborted.reject);
    try {
      const shell = await Promise.race([spare.opening, aborted.promise]);
      return shell?.running.hasEnded() === false ? shell : undefined;
    } catch (reason) {
      void spare.opening.then((shell) => shell?.running.giveUp(reason));
      throw reason;
    } finally {
      forget();
    }
  }
}
