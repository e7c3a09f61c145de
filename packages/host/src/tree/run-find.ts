import { spawn } from 'node:child_process';
import { constants } from 'node:os';

import type { FindOptions } from './host-tree.ts';

/** Never looked for on PATH, which may lead into the directory that is listed. */
const PROGRAM = '/usr/bin/find';

/** What `find . EXPRESSION` prints in `directory`; `undefined` unless it ran to its end without a complaint. */
export async function runFind(
  directory: string,
  expression: readonly string[],
  { maxBytes, signal }: FindOptions,
): Promise<Buffer | undefined> {
  signal?.throwIfAborted();
  const chunks: Buffer[] = [];
  let length = 0;
  const child = spawn(PROGRAM, ['.', ...expression], {
    cwd: directory,
    env: { LC_ALL: 'C', TZ: 'UTC0' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const stop = () => void child.kill(constants.signals.SIGKILL);
  signal?.addEventListener('abort', stop, { once: true });
  child.stdout.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > maxBytes) stop();
    else chunks.push(chunk);
  });
  const isWhole = await new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  return isWhole && length <= maxBytes ? Buffer.concat(chunks) : undefined;
}
