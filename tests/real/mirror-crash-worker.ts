import { CHANGES, injectFault } from './injected-faults.ts';

/**
 * The worker of `mirror-worker.ts` that kills itself right before the n-th call that changes the file system:
 * `node mirror-crash-worker.ts HOST SANDBOX STATE n`. Exits as the worker does when there are fewer.
 */
using _fault = injectFault({
  at: Number(process.argv[5]),
  among: CHANGES,
  fail: () => {
    process.kill(process.pid, 'SIGKILL');
    return new Error('killed');
  },
});
await import('./mirror-worker.ts');
