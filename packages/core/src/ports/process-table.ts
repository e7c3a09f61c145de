import type { RemotePath } from '../paths/paths.ts';
import type { CallOptions } from './call-options.ts';
import type { ExitStatus, RemoteProcess, Signal } from './shell-runner.ts';

/** A command that goes on without a connection. Everything here is the sandbox's word. */
export interface BackgroundCommand {
  readonly id: string;
  /** The command as it was started, for people. */
  readonly title: string;
  readonly cwd: RemotePath | undefined;
  /** By the sandbox's clock, in milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** Missing while it runs. */
  readonly exit?: ExitStatus | undefined;
}

/**
 * Background commands of one sandbox, also those of other processes and earlier connections. Their output is kept in
 * the sandbox, capped in size, so that a later `attach` sees what it missed.
 *
 * Calls may overlap. An abort ends the call and never the command. `list` and `kill` are idempotent; a command that is
 * gone is success for `kill`. After CONNECTION_LOST every call rejects likewise.
 */
export interface ProcessTable {
  list(options?: CallOptions): Promise<readonly BackgroundCommand[]>;
  /** The kept output, then what follows. Rejects with PROCESS_NOT_FOUND where there is none. */
  attach(id: string, options?: CallOptions): Promise<RemoteProcess>;
  /** Signals the whole process tree; resolves once it was sent, and for KILL once nothing of it is left. */
  kill(id: string, signal: Signal, options?: CallOptions): Promise<void>;
}
