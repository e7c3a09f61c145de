/** The only source of time in the packages. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Rejects with `signal.reason` on abort. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The only output of the packages. Messages are redacted by the implementation. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
}

export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {} };
