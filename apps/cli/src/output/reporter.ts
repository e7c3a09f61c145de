import { type Logger, redact } from '@clamshell/core';

export interface CliStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Our own lines; all of them go to stderr. */
export interface Reporter {
  /** What happened; silent with --quiet. */
  note(message: string): void;
  /** Only with --verbose. */
  detail(message: string): void;
  /** Shown always. */
  error(message: string, hint?: string): void;
  readonly logger: Logger;
}

export function createReporter(
  streams: CliStreams,
  { quiet, verbose }: { quiet: boolean; verbose: boolean },
): Reporter {
  const line = (message: string) => streams.stderr.write(`clamshell: ${redact(message)}\n`);
  const note = (message: string) => void (quiet || line(message));
  const detail = (message: string) => void (verbose && line(message));
  return {
    note,
    detail,
    error: (message, hint) => {
      line(message);
      if (hint !== undefined) line(`  ${hint}`);
    },
    logger: { debug: detail, info: note, warn: note },
  };
}
