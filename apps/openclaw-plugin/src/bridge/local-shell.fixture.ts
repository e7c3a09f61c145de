import { execFile } from 'node:child_process';

import type { BufferedCommand, BufferedResult, ShellRunner } from '@clamshell/core';

/** Buffered commands of this machine, in the part of a sandbox's shell. */
export function createLocalShell(): ShellRunner {
  return {
    spawn: () => Promise.reject(new TypeError('only buffered commands')),
    run: ({ argv: [file, ...args], stdin, maxOutputBytes }: BufferedCommand) =>
      new Promise<BufferedResult>((resolve) => {
        const limits = { encoding: 'buffer', maxBuffer: maxOutputBytes } as const;
        const child = execFile(file, args, limits, (error, stdout, stderr) => {
          const code = typeof error?.code === 'number' ? error.code : 0;
          resolve({ code, stdout, stderr });
        });
        child.stdin?.on('error', () => {}).end(stdin);
      }),
  };
}
