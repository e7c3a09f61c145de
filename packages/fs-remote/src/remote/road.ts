import type { CallOptions, FsContainment } from '@clamshell/core';

import type { Fields } from '../wire/frame-reader.ts';
import type { Operation } from '../wire/operation.ts';

export interface AskOptions {
  /** Cap of each reply's fields together, in bytes. */
  readonly maxReplyBytes: number;
  readonly call: CallOptions | undefined;
}

/** A way to have operations done in the sandbox, in their order, one reply each. */
export interface Road {
  readonly containment: FsContainment;
  ask(operations: readonly Operation[], options: AskOptions): Promise<readonly Fields[]>;
}

/** Room in each reply for a refusal in place of what was asked for. */
export const REFUSAL_BYTES = 2048;
