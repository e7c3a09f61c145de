import type { CallOptions } from './call-options.ts';

export interface ShellRequest {
  /** POSIX shell text, constant and owned by the caller: never made from data. Its arguments are `$1`, `$2`, … */
  readonly program: string;
  /** Bytes without NUL, of which text is UTF-8. They travel on standard input and show in no process list. */
  readonly args: readonly (string | Uint8Array)[];
  /** What the program reads on standard input; empty when left out. */
  readonly stdin?: Uint8Array | undefined;
  /** Cap of each output, in bytes; one byte more rejects with OUTPUT_LIMIT. */
  readonly maxReplyBytes: number;
}

export interface ShellReply {
  /** The program's exit status, 0 to 255. */
  readonly status: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/**
 * Short programs in one sandbox, one round trip each. A program starts in `/` and in the C locale. Where the link breaks
 * it may see its input end early: one that must not act on a part is told the length as an argument.
 *
 * Calls may overlap: each has a shell of its own or waits for one, so that a long request never blocks a short one for
 * good. An abort ends the program and rejects; what it had done stays done. Not idempotent: a request is never made a
 * second time by the channel. A non-zero status resolves. After CONNECTION_LOST every call rejects likewise; after any
 * other error every call is legal.
 */
export interface RequestChannel {
  request(request: ShellRequest, options?: CallOptions): Promise<ShellReply>;
}
