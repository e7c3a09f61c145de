import { ERROR_CODES, type ErrorCode, type RetryPolicy } from './codes.ts';
import { redact } from './redact.ts';

const BRAND = Symbol.for('clamshell.error');

export interface ErrorDetails {
  /** What to do next, when the code's own hint can be bettered. */
  readonly hint?: string;
  /** Facts for a log: names, paths, sizes. Never a secret. */
  readonly context?: Readonly<Record<string, string | number | boolean>>;
  readonly cause?: unknown;
}

/**
 * The only error that leaves a package of Clamshell on purpose. Its class says what the caller does next, its code
 * which row of `ERROR_CODES` it is. All of its text is redacted where it is made.
 */
export class ClamshellError extends Error {
  override readonly name: string = 'ClamshellError';
  readonly code: ErrorCode;
  readonly hint: string;
  readonly retry: RetryPolicy;
  readonly context: Readonly<Record<string, string | number | boolean>>;
  readonly [BRAND] = true;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(redact(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = redact(details.hint ?? ERROR_CODES[code].hint);
    this.retry = ERROR_CODES[code].retry;
    this.context = redactFacts(details.context ?? {});
  }
}

function redactFacts(facts: ClamshellError['context']): ClamshellError['context'] {
  const shown = Object.entries(facts).map(([name, fact]) => [
    name,
    typeof fact === 'string' ? redact(fact) : fact,
  ]);
  return Object.fromEntries(shown) as ClamshellError['context'];
}

/** The caller's settings or arguments are wrong: correct them. */
export class ConfigError extends ClamshellError {
  override readonly name = 'ConfigError';
}

/** The gateway refused or could not do it: look at the sandbox or the gateway. */
export class LifecycleError extends ClamshellError {
  override readonly name = 'LifecycleError';
}

/** The connection failed: reconnect, then decide whether the call may be made again. */
export class TransportError extends ClamshellError {
  override readonly name = 'TransportError';
}

/** A command could not be run or its end is unknown. A non-zero exit is not an error. */
export class CommandError extends ClamshellError {
  override readonly name = 'CommandError';
}

/** A sync stopped; both sides are as they were, but for what was already reported as moved. */
export class SyncError extends ClamshellError {
  override readonly name = 'SyncError';
}

/** One file operation failed. */
export class FsError extends ClamshellError {
  override readonly name = 'FsError';
}

/** True for an error of any copy of this package, also one loaded twice or in another realm. */
export function isClamshellError(error: unknown): error is ClamshellError {
  return typeof error === 'object' && error !== null && BRAND in error;
}
