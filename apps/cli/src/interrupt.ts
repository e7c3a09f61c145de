import { EXIT_AFTER_SIGNAL } from './exit-codes.ts';
import type { Reporter } from './output/reporter.ts';

type SignalName = keyof typeof EXIT_AFTER_SIGNAL;

export interface Interrupts extends Disposable {
  /** Aborted by the first Ctrl-C, SIGTERM or loss of the terminal. */
  readonly signal: AbortSignal;
  /** What the process ends with once `signal` is aborted. */
  readonly exitCode: number;
  /** What is left behind when a second signal stops us at once; said then. */
  leaves(describe: () => string): void;
}

/**
 * The first Ctrl-C, SIGTERM or SIGHUP aborts `signal`: the command ends and what it left is brought home. A second one
 * stops at once. Disposal gives the signals back.
 */
export function watchInterrupts(reporter: Reporter): Interrupts {
  const controller = new AbortController();
  let exitCode: number = EXIT_AFTER_SIGNAL.SIGINT;
  let describeOwed = () => 'nothing was begun';
  const onSignal = (name: SignalName) => {
    if (controller.signal.aborted) {
      reporter.error(`Stopped at once: ${describeOwed()}`);
      process.exit(EXIT_AFTER_SIGNAL[name]);
    }
    exitCode = EXIT_AFTER_SIGNAL[name];
    reporter.note('Interrupted: ending the command and bringing its files home; once more to stop at once');
    controller.abort(new DOMException('Interrupted', 'AbortError'));
  };
  const names = Object.keys(EXIT_AFTER_SIGNAL) as SignalName[];
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    leaves: (describe) => (describeOwed = describe),
    [Symbol.dispose]: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
