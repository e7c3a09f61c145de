import {
  type BufferedCommand,
  type BufferedResult,
  CommandError,
  type ShellRunner,
  withDeadline,
  withDeadlineUntilEnd,
} from '@clamshell/core';

import { type ExecDeps, type SpawnedExec, spawnExec } from './spawn-exec.ts';

/**
 * Commands through `sandbox exec`, one process of the tool for each. Standard input is sent whole, up to 4 MiB, before
 * the command begins.
 */
export function createShellRunner(deps: ExecDeps): ShellRunner {
  const { clock } = deps;
  return {
    spawn: (command, options = {}) =>
      withDeadlineUntilEnd(clock, options, async ({ signal }) => {
        const { process } = await spawnExec(deps, command, signal);
        return { value: process, ended: process.exit };
      }),
    run: (command, options = {}) =>
      withDeadline(clock, options, ({ signal }) => runBuffered(deps, command, signal)),
  };
}

async function runBuffered(
  deps: ExecDeps,
  command: BufferedCommand,
  signal: AbortSignal | undefined,
): Promise<BufferedResult> {
  const spawned = await spawnExec(deps, command, signal);
  const { stdin, stdout, stderr, exit } = spawned.process;
  const feed = async () => {
    if (command.stdin !== undefined) await stdin.write(command.stdin);
    await stdin.end();
  };
  const [out, err] = await Promise.all([
    collect(stdout, spawned, command.maxOutputBytes),
    collect(stderr, spawned, command.maxOutputBytes),
    feed(),
  ]);
  const { code } = await exit;
  return { code, stdout: out, stderr: err };
}

async function collect(
  output: AsyncIterable<Uint8Array>,
  spawned: SpawnedExec,
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of output) {
    size += chunk.length;
    if (size > maxBytes) {
      const limit = new CommandError('OUTPUT_LIMIT', `The command printed more than ${maxBytes} bytes`);
      await spawned.stop(limit);
      throw limit;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
