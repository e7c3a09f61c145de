import type { Argv } from '../command/quote.ts';
import type { RemotePath } from '../paths/paths.ts';
import type { CallOptions } from './call-options.ts';

export interface ExecRequest {
  /** POSIX shell text, run by the sandbox's `sh -c`. */
  readonly command: string;
  /** Where it starts; the sandbox's workspace root when left out. */
  readonly cwd?: RemotePath | undefined;
  /** Variables of the command, as `RemoteCommand` takes them: the sandbox's own `PATH` and `HOME` stay. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether the command gets a terminal. */
  readonly pty: boolean;
}

/** A process for the caller to spawn itself. Disposal ends what is left of the command and removes what was staged. */
export interface ExecSpec extends AsyncDisposable {
  readonly argv: Argv;
  /** The whole environment of the local process. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Commands that the host spawns itself, as the argv of the system's `ssh`.
 *
 * Calls may overlap. An abort removes what was staged. `prepare` runs nothing of the caller's; each spec is spawned at
 * most once. The command's environment is staged in a private script that removes itself: neither argv holds a byte of
 * it, and no byte of standard input is consumed. Disposal is idempotent and legal at any time, also while the command
 * runs, which it then ends: the whole process tree, verified. It rejects with PROCESS_NOT_ENDED or CONNECTION_LOST where something
 * may live on. A process of the caller's that is killed may leave its outputs open until disposal. After CONNECTION_LOST
 * only disposal is legal.
 */
export interface ExecSpecSource {
  prepare(request: ExecRequest, options?: CallOptions): Promise<ExecSpec>;
}
