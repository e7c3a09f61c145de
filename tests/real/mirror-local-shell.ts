import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';

import {
  type CallOptions,
  CommandError,
  type RemoteCommand,
  type RemoteProcess,
  type RequestChannel,
  type ShellRunner,
  TransportError,
} from '@clamshell/core';

export interface LocalShellOptions {
  /** What the commands find: `PATH`. */
  readonly path?: string;
  /** Runs them as this user, where the tests run as root. */
  readonly uid?: number;
  /** A hostile or broken sandbox: what becomes of a command's output, by the text of its program. */
  readonly tamper?: (program: string, output: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
  /** The link breaks once a command was sent this many bytes; the command itself lives on and sees its stdin end. */
  readonly loseAfter?: (program: string) => number | undefined;
  /** Answers short programs in one call, as a request channel does. */
  readonly requests?: boolean;
  /** Called before a command begins. */
  readonly before?: (program: string) => void | Promise<void>;
  /** Called when a command's output has ended. */
  readonly after?: (program: string) => void | Promise<void>;
}

/** A runner whose sandbox is this machine: each command a process group of its own, its streams piped. */
export function localShell(options: LocalShellOptions = {}): ShellRunner {
  return {
    spawn: (command, call) => spawnLocal(command, options, call),
    run: () => Promise.reject(new TypeError('the mirror streams')),
  };
}

/** The same programs as requests. */
export function localRequests(options: LocalShellOptions = {}): RequestChannel {
  const shell = localShell(options);
  return {
    async request({ program, args, stdin, maxReplyBytes }, call) {
      const running = await shell.spawn(
        { argv: ['sh', '-c', program, 'request', ...args.map(String)] },
        call,
      );
      // A link that breaks while the input is sent rejects here and there; the write says so.
      running.exit.catch(() => undefined);
      const take = (output: AsyncIterable<Uint8Array>) => collect(output, { running, maxReplyBytes });
      const outputs = [take(running.stdout), take(running.stderr)] as const;
      for (const output of outputs) output.catch(() => undefined);
      if (stdin !== undefined && stdin.length > 0) await running.stdin.write(stdin);
      await running.stdin.end();
      const [stdout, stderr, { code }] = await Promise.all([...outputs, running.exit]);
      return { status: code, stdout, stderr };
    },
  };
}

async function collect(
  output: AsyncIterable<Uint8Array>,
  { running, maxReplyBytes }: { running: RemoteProcess; maxReplyBytes: number },
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of output) {
    chunks.push(chunk);
    length += chunk.length;
    if (length <= maxReplyBytes) continue;
    await running.kill('KILL');
    throw new CommandError('OUTPUT_LIMIT', 'too long');
  }
  return Buffer.concat(chunks);
}

async function spawnLocal(
  { argv, cwd = '/' as never }: RemoteCommand,
  options: LocalShellOptions,
  { signal }: CallOptions = {},
): Promise<RemoteProcess> {
  signal?.throwIfAborted();
  const program = argv[2] ?? '';
  await options.before?.(program);
  const [file, ...args] = argv;
  const env = { PATH: options.path ?? process.env.PATH, HOME: '/' };
  const user = options.uid === undefined ? {} : { uid: options.uid, gid: options.uid };
  const child = spawn(file, args, { cwd, env, detached: true, ...user });
  child.stdin.on('error', () => undefined);
  const kill = () => killGroup(child);
  signal?.addEventListener('abort', kill, { once: true });
  const ended = Promise.all([once(child, 'close'), once(child.stdout, 'close')]);
  const exit = ended.then(([[code]]) => {
    signal?.removeEventListener('abort', kill);
    if (signal?.aborted === true) throw signal.reason;
    return { code: typeof code === 'number' ? code : 137 };
  });
  exit.catch(() => undefined);
  const link = breakAfter(options.loseAfter?.(program));
  const stdout = watch(child.stdout, () => options.after?.(program));
  return {
    stdin: sinkOf(child, link),
    stdout: options.tamper?.(program, stdout) ?? stdout,
    stderr: child.stderr,
    exit: Promise.race([exit, link.lost]),
    kill: async () => kill(),
  };
}

async function* watch(
  output: AsyncIterable<Uint8Array>,
  after: () => void | Promise<void>,
): AsyncGenerator<Uint8Array> {
  yield* output;
  await after();
}

interface Link {
  readonly lost: Promise<never>;
  /** Throws once the link is broken. */
  readonly carry: (bytes: number) => void;
}

function breakAfter(limit = Infinity): Link {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  let left = limit;
  const carry = (bytes: number): void => {
    left -= bytes;
    if (left >= 0) return;
    const error = new TransportError('CONNECTION_LOST', 'The link broke');
    reject(error);
    throw error;
  };
  return { lost: promise, carry };
}

function sinkOf({ stdin }: ChildProcessWithoutNullStreams, link: Link): RemoteProcess['stdin'] {
  return {
    write: async (chunk) => {
      try {
        link.carry(chunk.length);
      } catch (error) {
        stdin.end(chunk.subarray(0, chunk.length / 2));
        throw error;
      }
      if (stdin.destroyed || stdin.write(chunk)) return;
      await new Promise<void>((resolve) => {
        const done = () => {
          stdin.off('drain', done).off('close', done);
          resolve();
        };
        stdin.on('drain', done).on('close', done);
      });
    },
    end: async () => void stdin.end(),
  };
}

function killGroup({ pid }: ChildProcessWithoutNullStreams): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
