import { spawn } from 'node:child_process';

import {
  type BufferedCommand,
  type BufferedResult,
  type CallOptions,
  CommandError,
  type ShellRunner,
  withDeadline,
} from '@clamshell/core';
import { systemClock } from '@clamshell/testkit';

/** Buffered commands of this machine, each a process group of its own, with `path` as the whole of their PATH. */
export function createLocalShell(path: string): ShellRunner {
  return {
    spawn: () => Promise.reject(new TypeError('only buffered commands')),
    run: (command, options = {}) =>
      withDeadline(systemClock, options, (bound) => runBuffered(path, command, bound)),
  };
}

function runBuffered(
  path: string,
  { argv: [file, ...args], cwd, stdin, maxOutputBytes }: BufferedCommand,
  { signal }: CallOptions,
): Promise<BufferedResult> {
  const child = spawn(file, args, { cwd, env: { PATH: path }, detached: true });
  let ending: { readonly reason: unknown } | undefined;
  const end = (reason: unknown) => {
    ending ??= { reason };
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  const overflow = () => end(new CommandError('OUTPUT_LIMIT', `more than ${maxOutputBytes} bytes`));
  const outputs = [child.stdout, child.stderr].map((output) => gather(output, maxOutputBytes, overflow));
  const abort = () => end(signal?.reason);
  signal?.addEventListener('abort', abort);
  // A command need not read its input.
  child.stdin.on('error', () => {}).end(stdin);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      signal?.removeEventListener('abort', abort);
      if (ending !== undefined) return reject(ending.reason);
      const [stdout = Buffer.of(), stderr = Buffer.of()] = outputs.map((whole) => whole());
      return resolve({ code: code ?? 137, stdout, stderr });
    });
  });
}

function gather(output: NodeJS.ReadableStream, maxBytes: number, overflow: () => void): () => Buffer {
  const chunks: Uint8Array[] = [];
  let size = 0;
  output.on('data', (chunk: Uint8Array) => {
    size += chunk.length;
    if (size > maxBytes) overflow();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks);
}
