import {
  type Argv,
  type BufferedCommand,
  invariant,
  type RemoteProcess,
  type ShellRunner,
} from '@clamshell/core';

/** A command with its outputs as text; up to 1 MiB of each. */
export async function runText(shell: ShellRunner, argv: Argv, more: Partial<BufferedCommand> = {}) {
  const { code, stdout, stderr } = await shell.run({ argv, maxOutputBytes: 1024 * 1024, ...more });
  return { code, stdout: Buffer.from(stdout).toString('utf8'), stderr: Buffer.from(stderr).toString('utf8') };
}

/** A script of the sandbox's own `sh`, with its arguments. */
export function sh(script: string, ...args: readonly string[]): Argv {
  return ['sh', '-c', script, 'sh', ...args];
}

/** The first line of a process's stdout, which stays open. */
export async function firstLine(process: RemoteProcess): Promise<string> {
  const iterator = process.stdout[Symbol.asyncIterator]();
  let text = '';
  while (!text.includes('\n')) {
    const { value, done } = await iterator.next();
    invariant(done !== true, 'the output ended before its first line');
    text += Buffer.from(value as Uint8Array).toString('utf8');
  }
  return text.slice(0, text.indexOf('\n'));
}

/** Reads an output to its end and forgets it; resolves with its length. */
export async function drain(output: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of output) bytes += chunk.length;
  return bytes;
}

/** Whether any of the sandbox's processes runs; a zombie does not. */
export async function isAnyRunning(shell: ShellRunner, pids: readonly string[]): Promise<boolean> {
  const script = `
    for pid; do
      state=$(sed -n 's/^State:[[:space:]]*\\([A-Z]\\).*/\\1/p' "/proc/$pid/status" 2>/dev/null)
      case $state in ''|Z|X) ;; *) exit 0 ;; esac
    done
    exit 1`;
  return (await runText(shell, sh(script, ...pids))).code === 0;
}
