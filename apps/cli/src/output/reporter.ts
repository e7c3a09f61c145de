import { styleText } from 'node:util';

import { type Logger, redact } from '@clamshell/core';

import type { ProgressLine } from './progress.ts';
import type { CliStreams } from './streams.ts';

/** Our own lines; all of them go to stderr. */
export interface Reporter {
  /** What happened; silent with --quiet. */
  note(message: string): void;
  /** Only with --verbose. */
  detail(message: string): void;
  /** Shown always. `lines` stand below it. */
  error(message: string, lines?: readonly string[]): void;
  readonly logger: Logger;
}

export interface ReporterOptions {
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Taken away before each of our lines. */
  readonly progress: Pick<ProgressLine, 'hide'>;
}

export function createReporter({ stderr }: CliStreams, options: ReporterOptions): Reporter {
  const { quiet, verbose, progress } = options;
  // Colour where the terminal has some, and neither NO_COLOR nor a pipe says otherwise.
  const name = (style: 'dim' | 'red') => styleText(style, 'clamshell:', { stream: stderr });
  const line = (style: 'dim' | 'red', message: string) => {
    progress.hide();
    stderr.write(`${name(style)} ${redact(message)}\n`);
  };
  const note = (message: string) => void (quiet || line('dim', message));
  const detail = (message: string) => void (verbose && line('dim', message));
  return {
    note,
    detail,
    error: (message, lines = []) => {
      line('red', message);
      for (const each of lines) stderr.write(`  ${redact(each)}\n`);
    },
    logger: { debug: detail, info: note, warn: note },
  };
}
