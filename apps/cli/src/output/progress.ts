import { type Clock, escapeControls, type Progress } from '@clamshell/core';

import { formatBytes } from './bytes.ts';

/** One line on the terminal that says what takes so long. */
export interface ProgressLine extends Disposable {
  /** Something else begins, counted from now. */
  begin(phase: string): void;
  readonly update: (progress: Progress) => void;
  /** Makes room for another line; ours comes back by itself. */
  hide(): void;
  /** Nothing goes on that is ours to tell of, until the next `begin` or `update`. */
  clear(): void;
}

interface ProgressOptions {
  readonly clock: Clock;
  readonly isWanted: boolean;
}

const SHOWN_AFTER_MS = 1000;
const REDRAWN_EVERY_MS = 200;
const ERASE_LINE = '\r\x1b[K';

/** Shows itself on a terminal only, and only once a phase has taken a second. */
export function createProgress(stderr: NodeJS.WriteStream, options: ProgressOptions): ProgressLine {
  return options.isWanted && stderr.isTTY && stderr.hasColors()
    ? new TerminalLine(stderr, options.clock)
    : SILENT;
}

const SILENT: ProgressLine = {
  hide: () => {},
  begin: () => {},
  update: () => {},
  clear: () => {},
  [Symbol.dispose]: () => {},
};

class TerminalLine implements ProgressLine {
  readonly #stderr: NodeJS.WriteStream;
  readonly #clock: Clock;
  #timer: NodeJS.Timeout | undefined;
  #since = 0;
  #now: Progress = { phase: '', files: 0, bytes: 0 };
  #isShown = false;

  constructor(stderr: NodeJS.WriteStream, clock: Clock) {
    this.#stderr = stderr;
    this.#clock = clock;
  }

  begin(phase: string): void {
    this.update({ phase, files: 0, bytes: 0 });
  }

  readonly update = (progress: Progress): void => {
    if (progress.phase !== this.#now.phase || this.#timer === undefined) this.#since = this.#clock.now();
    this.#now = progress;
    this.#timer ??= setInterval(() => this.#draw(), REDRAWN_EVERY_MS).unref();
  };

  hide(): void {
    if (this.#isShown) this.#stderr.write(ERASE_LINE);
    this.#isShown = false;
  }

  clear(): void {
    this.hide();
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  [Symbol.dispose](): void {
    this.clear();
  }

  #draw(): void {
    const elapsedMs = this.#clock.now() - this.#since;
    if (elapsedMs < SHOWN_AFTER_MS) return;
    const text = describeProgress(this.#now, elapsedMs).slice(0, this.#stderr.columns - 1);
    this.#stderr.write(`${ERASE_LINE}${text}`);
    this.#isShown = true;
  }
}

/** `pull: 1,204 files, 35.2 MiB, 7.1 MiB/s, 5 s`. */
export function describeProgress({ phase, files, bytes }: Progress, elapsedMs: number): string {
  const seconds = elapsedMs / 1000;
  const parts = [
    ...(files > 0 ? [`${files.toLocaleString('en')} files`] : []),
    ...(bytes > 0 ? [formatBytes(bytes), `${formatBytes(Math.round(bytes / seconds))}/s`] : []),
    `${Math.floor(seconds)} s`,
  ];
  return `${escapeControls(phase)}: ${parts.join(', ')}`;
}
