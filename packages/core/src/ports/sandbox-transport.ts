import type { SandboxName } from '../naming/sandbox-name.ts';
import type { CallOptions } from './call-options.ts';
import type { ShellRunner } from './shell-runner.ts';

/**
 * One live connection to one sandbox. It never reconnects: once `lost` has resolved only disposal is legal. One owner
 * disposes, once or more often; disposal ends channels but not the commands behind them.
 */
export interface SandboxTransport extends AsyncDisposable {
  readonly shell: ShellRunner;
  /** Resolves, once, with the reason when the link is gone; never after a disposal that came first. */
  readonly lost: Promise<Error>;
}

/** Calls may overlap; an abort closes what was begun; each call opens a connection of its own. */
export interface TransportConnector {
  connect(name: SandboxName, options?: CallOptions): Promise<SandboxTransport>;
}
