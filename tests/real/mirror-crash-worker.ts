import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/**
 * The worker of `mirror-worker.ts` that kills itself right before the n-th call that changes the file system:
 * `node mirror-crash-worker.ts HOST SANDBOX STATE n`. Exits as the worker does when there are fewer.
 */
const at = Number(process.argv[5]);
let count = 0;

const MUTATIONS = ['renameSync', 'linkSync', 'unlinkSync', 'mkdirSync', 'rmdirSync', 'symlinkSync'] as const;
for (const name of MUTATIONS) patch(name);
syncBuiltinESMExports();
await import('./mirror-worker.ts');

function patch(name: (typeof MUTATIONS)[number]): void {
  const original = fs[name] as (...args: unknown[]) => unknown;
  const patched = (...args: unknown[]): unknown => {
    count += 1;
    if (count === at) process.kill(process.pid, 'SIGKILL');
    return original(...args);
  };
  Object.assign(fs, { [name]: patched });
}
