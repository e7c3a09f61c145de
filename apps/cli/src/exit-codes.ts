/** What clamshell itself ends with; every other status is the command’s own. */
export const EXIT = {
  done: 0,
  /** `status --exit-code`: the halves differ; `doctor`: something is wrong. */
  differs: 1,
  /** The command line was not understood. */
  usage: 2,
  /** Clamshell failed, whatever became of the command. */
  failed: 125,
  /** The sandbox did not start the command; a shell there says the same of a program it may not run. */
  notStarted: 126,
} as const;

/** Of a process that a signal ended, by convention. */
export const EXIT_AFTER_SIGNAL = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
