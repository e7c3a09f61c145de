import type { CallOptions } from './call-options.ts';
import type { ExitStatus, RemoteCommand, RemoteProcess, Signal } from './shell-runner.ts';

export interface BackgroundRequest extends RemoteCommand {
  /** The command as people know it; its argv when left out. */
  readonly title?: string | undefined;
}

/** A command that goes on without a connection. Everything here is the sandbox's word. */
export interface BackgroundCommand {
  readonly id: string;
  /** The command as it was started, for people. May hold any character. */
  readonly title: string;
  readonly cwd: string;
  /** By the sandbox's clock, in milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** Missing while it runs; `unknown` where what kept it was ended before it. */
  readonly exit?: ExitStatus | 'unknown' | undefined;
}

/**
 * Background commands of one sandbox, also those of other processes and earlier connections. Their output is kept in
 * the sandbox, both outputs as one and no more than the latest few MiB, so that a later `attach` sees what it missed.
 * Their standard input is empty.
 *
 * Calls may overlap. An abort of `start` may leave the command started; one of `attach` ends the attachment and never
 * the command. `list` and `kill` are idempotent; a command that is gone is success for `kill`. Those that ended longest
 * ago are forgotten. After CONNECTION_LOST every call rejects likewise.
 */
export interface ProcessTable {
  /** Resolves once it runs. Rejects with COMMAND_NOT_STARTED where it can't be kept or its directory can't be entered. */
  start(request: BackgroundRequest, options?: CallOptions): Promise<BackgroundCommand>;
  /** In the order of their start. */
  list(options?: CallOptions): Promise<readonly BackgroundCommand[]>;
  /**
   * The kept output, then what follows, all on `stdout`; `kill` is the table's. Rejects with PROCESS_NOT_FOUND where
   * there is none.
   */
  attach(id: string, options?: CallOptions): Promise<RemoteProcess>;
  /** Signals the whole process tree; resolves once it was sent, and for KILL once nothing of it is left. */
  kill(id: string, signal: Signal, options?: CallOptions): Promise<void>;
}
