import type { BufferedResult, ShellRunner } from '@clamshell/core';

import type { ShellCommand, ShellResult } from '../openclaw/backend.ts';
import { hostError } from '../openclaw/host-error.ts';

/** What OpenClaw allows a command's output to take. */
const MAX_OUTPUT_BYTES = 104_857_600;

/** A script of OpenClaw's own, in the sandbox's `/bin/sh`; its arguments travel beside it. */
export async function runScript(shell: ShellRunner, command: ShellCommand): Promise<ShellResult> {
  const { script, args = [], stdin, allowFailure = false, signal } = command;
  const result = await shell.run(
    {
      argv: ['/bin/sh', '-c', script, 'openclaw-sandbox', ...args],
      stdin: typeof stdin === 'string' ? Buffer.from(stdin) : stdin,
      maxOutputBytes: MAX_OUTPUT_BYTES,
    },
    { signal },
  );
  const told = toResult(result);
  if (told.code === 0 || allowFailure) return told;
  const words = told.stderr.toString('utf8').trim() || `The script ended with status ${told.code}`;
  throw Object.assign(hostError(words), told);
}

function toResult({ code, stdout, stderr }: BufferedResult): ShellResult {
  return { code, stdout: toBuffer(stdout), stderr: toBuffer(stderr) };
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
