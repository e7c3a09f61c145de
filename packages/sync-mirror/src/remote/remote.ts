import type { CallOptions, Clock, RemotePath, RequestChannel, ShellRunner } from '@clamshell/core';

/** The sandbox's half of a mount, and how programs are run beside it. */
export interface Remote extends Pick<CallOptions, 'signal'> {
  readonly shell: ShellRunner;
  /** Takes what is short, in one round trip. */
  readonly requests?: RequestChannel | undefined;
  readonly root: RemotePath;
  readonly newId: () => string;
  readonly clock: Clock;
}

export interface ProgramCall {
  /** Constant text. */
  readonly program: string;
  /** After the mark and the root, which every program takes. */
  readonly args?: readonly string[];
  /** Made once the reply's mark is known. */
  readonly stdin?: (mark: string) => AsyncIterable<Uint8Array>;
  /** What goes and what comes will be about as long, in bytes; 0 when left out. */
  readonly expectedBytes?: number;
  /** What the program reads there beside that; 0 when left out. */
  readonly readBytes?: number;
}
