import type { ExistingSandboxName } from '../naming/sandbox-name.ts';
import type { CallOptions } from './call-options.ts';
import type { ExecSpecSource } from './exec-spec.ts';
import type { FileTransfer } from './file-transfer.ts';
import type { PortForwarder } from './port-forwarder.ts';
import type { ProcessTable } from './process-table.ts';
import type { RequestChannel } from './request-channel.ts';
import type { ShellRunner } from './shell-runner.ts';

/**
 * One live connection to one sandbox. It never reconnects: once `lost` has resolved only disposal is legal. One owner
 * disposes, once or more often; disposal ends channels but not the commands behind them. A part that is missing is a
 * capability that this transport does not have.
 */
export interface SandboxTransport extends AsyncDisposable {
  readonly shell: ShellRunner;
  readonly requests?: RequestChannel | undefined;
  readonly files?: FileTransfer | undefined;
  readonly specs?: ExecSpecSource | undefined;
  readonly processes?: ProcessTable | undefined;
  readonly ports?: PortForwarder | undefined;
  /** Resolves, once, with the reason when the link is gone; never after a disposal that came first. */
  readonly lost: Promise<Error>;
}

/** Calls may overlap; an abort closes what was begun; each call opens a connection of its own. */
export interface TransportConnector {
  connect(name: ExistingSandboxName, options?: CallOptions): Promise<SandboxTransport>;
}
