import { spawn } from 'node:child_process';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Readable } from 'node:stream';

const { O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** Both ends of one pipe, as descriptors; `ours` does not block. The taker closes both. */
export interface PipeEnds {
  readonly ours: number;
  readonly theirs: number;
}

/** Pipes for one command; `undefined` where real ones can't be had. */
export interface PipeMint {
  take(): Promise<
    { readonly stdin: PipeEnds; readonly stdout: PipeEnds; readonly stderr: PipeEnds } | undefined
  >;
}

const BATCH = 48;

/** A here-string is a pipe in bash 5.1 and newer. The shell holds them open until it is killed. */
const MINT_SCRIPT = 'for ((i = 0; i < $1; i++)); do exec {fd}<<<x; echo "$fd"; done; echo end; read -r _';

/**
 * Real pipes, which Node has no call for: what it makes for a child are sockets, and `/dev/stdin`, `/dev/stdout` and
 * `/dev/stderr` of a child can't be opened then. A shell makes them in batches ahead, and its own are opened through
 * `/proc`.
 */
export function createPipeMint(bash: string | undefined): PipeMint {
  const stock: number[] = [];
  let works = bash !== undefined;
  let minting = Promise.resolve();
  let waiting = 0;

  const refill = async () => {
    if (bash === undefined || !works || stock.length >= 3 * waiting) return;
    const made = await mint(bash, BATCH + 3 * waiting);
    works = made !== undefined;
    stock.push(...(made ?? []));
  };

  return {
    async take() {
      waiting += 1;
      try {
        if (stock.length < 3 * waiting) await (minting = minting.then(refill));
      } finally {
        waiting -= 1;
      }
      const [a, b, c] = stock.splice(-3);
      if (a === undefined || b === undefined || c === undefined) return undefined;
      return { stdin: intoChild(a), stdout: fromChild(b), stderr: fromChild(c) };
    },
  };
}

/** Read ends of fresh pipes; `undefined` where this bash makes files of here-strings, or could not be started. */
async function mint(bash: string, count: number): Promise<readonly number[] | undefined> {
  // With a socket for its stdin bash takes itself for a remote shell, and would read the sandbox's own startup file.
  const shell = spawn(bash, ['--norc', '-c', MINT_SCRIPT, 'mint', String(count)], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {},
  });
  const failed = new Promise<undefined>((resolve) => shell.once('error', () => resolve(undefined)));
  try {
    const numbers = await Promise.race([readNumbers(shell.stdout), failed]);
    const pipes = numbers?.map((number) => openPipe(`/proc/${shell.pid}/fd/${number}`));
    return pipes?.every((pipe) => pipe !== undefined) ? pipes : undefined;
  } catch {
    return undefined;
  } finally {
    shell.kill('SIGKILL');
  }
}

async function readNumbers(stdout: Readable): Promise<readonly string[] | undefined> {
  let text = '';
  for await (const chunk of stdout) {
    text += String(chunk);
    if (text.endsWith('end\n')) return text.trim().split('\n').slice(0, -1);
  }
  return undefined;
}

/** Takes out what the here-string has put in; `undefined` where that is a file. */
function openPipe(path: string): number | undefined {
  const descriptor = openSync(path, O_RDONLY | O_NONBLOCK);
  if (fstatSync(descriptor).isFIFO()) {
    readSync(descriptor, Buffer.alloc(8));
    return descriptor;
  }
  closeSync(descriptor);
  return undefined;
}

function intoChild(descriptor: number): PipeEnds {
  const ours = reopen(descriptor, O_WRONLY | O_NONBLOCK);
  const theirs = reopen(descriptor, O_RDONLY);
  closeSync(descriptor);
  return { ours, theirs };
}

function fromChild(descriptor: number): PipeEnds {
  return { ours: descriptor, theirs: reopen(descriptor, O_WRONLY) };
}

function reopen(descriptor: number, flags: number): number {
  return openSync(`/proc/self/fd/${descriptor}`, flags);
}
