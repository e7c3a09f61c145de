import type { RequestChannel, ShellRequest } from '@clamshell/core';

/** A request with its outputs as text; up to 1 MiB of each. */
export async function requestText(
  channel: RequestChannel,
  program: string,
  more: Partial<ShellRequest> = {},
): Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string }> {
  const request = { program, args: [], maxReplyBytes: 1024 * 1024, ...more };
  const { status, stdout, stderr } = await channel.request(request);
  return {
    status,
    stdout: Buffer.from(stdout).toString('utf8'),
    stderr: Buffer.from(stderr).toString('utf8'),
  };
}
