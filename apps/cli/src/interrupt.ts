import type { Reporter } from './output/reporter.ts';

/**
 * The first Ctrl-C or SIGTERM aborts `signal`: the command ends and what it left is brought home. A second one stops at
 * once. Disposal gives the signals back.
 */
export function watchInterrupts(reporter: Reporter): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) {
      reporter.error('Stopped at once; what the sandbox still holds comes back with the next run or sync.');
      process.exit(130);
    }
    reporter.note('Interrupted: ending the command and bringing its files back; once more to stop at once');
    controller.abort(new DOMException('Interrupted', 'AbortError'));
  };
  const names = ['SIGINT', 'SIGTERM'] as const;
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
