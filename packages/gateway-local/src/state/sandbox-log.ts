import { appendFileSync, statSync, truncateSync } from 'node:fs';

/** Begun anew beyond it: a sandbox can have a line written for whatever it asks for. */
const MAX_LOG_BYTES = 4 * 1024 * 1024;

export type LogLevel = 'INFO' | 'WARN' | 'ERROR';
export type LogSource = 'gateway' | 'sandbox';

/** One thing that happened to a sandbox, or that it was refused. */
export interface LogLine {
  readonly time: Date;
  readonly level: LogLevel;
  readonly source: LogSource;
  /** On one line. */
  readonly text: string;
}

export function appendLog(file: string, { time, level, source, text }: LogLine): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > MAX_LOG_BYTES) truncateSync(file);
  appendFileSync(file, `${time.toISOString()} ${level} ${source} ${text.replaceAll('\n', ' ')}\n`, {
    mode: 0o600,
  });
}

/** `undefined` for a line that is not whole yet. */
export function parseLogLine(line: string): LogLine | undefined {
  const [, time = '', level, source, text] =
    /^(\S+) (INFO|WARN|ERROR) (gateway|sandbox) (.*)$/.exec(line) ?? [];
  if (text === undefined) return undefined;
  return { time: new Date(time), level: level as LogLevel, source: source as LogSource, text };
}
