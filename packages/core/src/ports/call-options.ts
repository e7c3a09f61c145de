/** The last parameter of every port's method. */
export interface CallOptions {
  /** An abort rejects the call with `signal.reason`, untouched. */
  readonly signal?: AbortSignal | undefined;
  /**
   * How long the whole call may take, in milliseconds; then it ends as by an abort and rejects with DEADLINE_EXCEEDED.
   * Like the signal it holds until what the call handed out has ended, where that is a process. See `withDeadline`.
   */
  readonly timeoutMs?: number | undefined;
  /** Called often and synchronously while work moves; must be cheap and must not throw. */
  readonly progress?: ((progress: Progress) => void) | undefined;
}

export interface Progress {
  readonly phase: string;
  readonly files: number;
  readonly bytes: number;
}

/** Where the time of an outcome went. `ms` is wall time; phases of one outcome may overlap. */
export interface PhaseTiming {
  readonly name: string;
  readonly ms: number;
  readonly files: number;
  readonly bytes: number;
}
