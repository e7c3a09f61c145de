import type { CallOptions, PhaseTiming } from '../ports/call-options.ts';
import type { ExitStatus, RemoteCommand, RemoteProcess } from '../ports/shell-runner.ts';
import type { SyncOptions, SyncOutcome, SyncPlan } from '../ports/workspace-mirror.ts';
import type { SessionState } from './state.ts';

export interface RunOptions extends CallOptions {
  /** Moves the command's standard streams; must read both outputs to their end. */
  readonly attach: (process: RemoteProcess) => Promise<void>;
}

export interface RunOutcome {
  readonly exit: ExitStatus;
  readonly before: SyncDone;
  readonly after: SyncDone;
  readonly phases: readonly PhaseTiming[];
}

export type SyncDone = Extract<SyncOutcome, { status: 'done' }>;

/**
 * One workspace and its sandbox. Calls may overlap; syncs among them are serialised, commands are not. An abort of a
 * run ends its command, then brings home what it left, then rejects. Nothing is run twice. After an error every method
 * is legal; after a halt only a person's word goes on. Disposal ends the connection, not the sandbox.
 */
export interface Session extends AsyncDisposable {
  readonly state: SessionState;
  /** The sandbox exists, is ready and is connected. */
  ensure(options?: CallOptions): Promise<readonly PhaseTiming[]>;
  plan(options?: SyncOptions): Promise<SyncPlan>;
  /** Rejects with SYNC_HALTED where the mirror halts. */
  sync(options?: SyncOptions): Promise<SyncDone>;
  /** `sync → execute → sync`. Rejects with EXIT_UNKNOWN or CONNECTION_LOST when the command's end was not seen. */
  run(command: RemoteCommand, options: RunOptions): Promise<RunOutcome>;
  /** A person’s word after a halt: go on and try again. */
  resume(): void;
  /**
   * Brings the workspace home, then removes the sandbox and closes. Rejects with SYNC_HALTED, removing nothing, while
   * something is owed; `discard` is a person's word that what the sandbox holds is given up. Resolves with whether
   * there was a sandbox.
   */
  remove(options: RemoveOptions): Promise<boolean>;
}

export interface RemoveOptions extends CallOptions {
  readonly discard: boolean;
}
