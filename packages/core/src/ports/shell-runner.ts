import type { Argv } from '../command/quote.ts';
import type { RemotePath } from '../paths/paths.ts';
import type { CallOptions } from './call-options.ts';

export interface RemoteCommand {
  readonly argv: Argv;
  /** Where it starts; the sandbox's workspace root when left out. A directory that can't be entered is exit 126. */
  readonly cwd?: RemotePath | undefined;
  /**
   * Variables of the command beside the sandbox's own; they show in no process list. Names are POSIX names, values any
   * text without NUL. `PATH` and `HOME` are left out: a host's would hide the image's programs.
   */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** A status of 0 to 255. A command ended by a signal has the status its server reports, by convention 128 + n or 1. */
export interface ExitStatus {
  readonly code: number;
}

export interface ByteSink {
  /** Resolves when the next chunk is welcome. Rejects with CONNECTION_LOST; a sink whose reader left swallows. */
  write(chunk: Uint8Array): Promise<void>;
  /** Ends the command's standard input. Calling it twice is harmless. */
  end(): Promise<void>;
}

export type Signal = 'INT' | 'TERM' | 'KILL';

/**
 * One command in the sandbox. Both outputs must be read to their end (or returned early from, which discards the rest):
 * an unread one stalls the command. `exit` rejects with EXIT_UNKNOWN when the channel closed without a status, and with
 * CONNECTION_LOST when the link broke; it settles after both outputs have ended.
 */
export interface RemoteProcess {
  readonly stdin: ByteSink;
  readonly stdout: AsyncIterable<Uint8Array>;
  readonly stderr: AsyncIterable<Uint8Array>;
  readonly exit: Promise<ExitStatus>;
  /**
   * Signals the command's whole process tree, also what left its group or session. Resolves once the signal was sent,
   * for KILL once nothing is left, else with PROCESS_NOT_ENDED; a tree that is gone is success.
   */
  kill(signal: Signal): Promise<void>;
}

export interface BufferedResult extends ExitStatus {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

export interface BufferedCommand extends RemoteCommand {
  readonly stdin?: Uint8Array | undefined;
  /** Cap of each output, in bytes; one byte more rejects with OUTPUT_LIMIT and ends the command. */
  readonly maxOutputBytes: number;
}

/**
 * Commands in one sandbox. Calls may overlap up to the server's limits and queue beyond them. An abort ends the remote
 * process group, then rejects. Not idempotent: nothing is ever run a second time. A non-zero exit resolves. After
 * CONNECTION_LOST every call rejects likewise.
 */
export interface ShellRunner {
  spawn(command: RemoteCommand, options?: CallOptions): Promise<RemoteProcess>;
  run(command: BufferedCommand, options?: CallOptions): Promise<BufferedResult>;
}
