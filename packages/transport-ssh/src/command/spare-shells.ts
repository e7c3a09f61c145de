import { onAbort } from '../connection/on-abort.ts';
import { openShell, type ReadyShell } from './open-shell.ts';
import type { ShellDeps } from './shell-deps.ts';

/** Ready shells, one kept waiting while a turn is free, so that a command starts in one round trip instead of three. */
export class SpareShells {
  readonly #deps: ShellDeps;
  /** `undefined` inside where it could not be opened: the next command finds out why. */
  #spare: Promise<ReadyShell | undefined> | undefined;

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

  /** Opens a spare in the background, where there is none and nobody waits for the turn. */
  prepare(): void {
    const { link, slots, isSparing } = this.#deps;
    if (!isSparing || this.#spare !== undefined || !slots.isFree || link.gone.aborted) return;
    this.#spare = openShell(this.#deps, undefined).catch(() => undefined);
  }

  /** Also one that is still being opened: it may hold the last turn. */
  async #takeSpare(signal: AbortSignal | undefined): Promise<ReadyShell | undefined> {
    const spare = this.#spare;
    if (spare === undefined) return undefined;
    this.#spare = undefined;
    const aborted = Promise.withResolvers<never>();
    const forget = onAbort([signal], aborted.reject);
    try {
      const shell = await Promise.race([spare, aborted.promise]);
      return shell?.running.hasEnded() === false ? shell : undefined;
    } catch (reason) {
      void spare.then((shell) => shell?.running.giveUp(reason));
      throw reason;
    } finally {
      forget();
    }
  }
}
