import { randomBytes } from 'node:crypto';
import { once } from 'node:events';

import {
  type ByteSink,
  type Clock,
  CommandError,
  type ExitStatus,
  type RemoteCommand,
  type RemoteProcess,
  type SpawnedCommand,
} from '@clamshell/core';

import type { Tool } from '../tool.ts';
import { type ExecProcess, startExec } from './exec-process.ts';
import { type MarkedOutput, readMarked } from './marked-output.ts';
import { endTree, signalTree } from './signal-tree.ts';
import type { Slots } from './slots.ts';
import { startLine, startWords } from './start-text.ts';

export interface ExecDeps {
  readonly tool: Tool;
  readonly clock: Clock;
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly slots: Slots;
}

/** What the tool reads before it sends anything (openshell §1.10). */
const MAX_STDIN_BYTES = 4 * 1024 * 1024;

/** How long a sign of life is waited for before a command that is being ended counts as never begun. */
const START_GRACE_MS = 2000;
const END_GRACE_MS = 10_000;

/**
 * Resolves once the tool runs. The command begins when its standard input ends, since the tool reads that to its end
 * first: a command that can't be started shows on `exit` and on the outputs.
 */
export async function spawnExec(
  deps: ExecDeps,
  command: RemoteCommand,
  signal: AbortSignal | undefined,
): Promise<SpawnedCommand> {
  const mark = randomBytes(16).toString('hex');
  const line = startLine(mark, command);
  const giveBack = await deps.slots.take(signal);
  let tool: ExecProcess;
  try {
    const words = ['sandbox', 'exec', `--name=${deps.name}`, '--no-tty', '--', ...startWords(mark)];
    const globals = await deps.tool.globals({ signal });
    tool = await startExec([...deps.command, ...globals, ...words], deps.env);
  } catch (error) {
    giveBack();
    throw error;
  }
  tool.ended.then(giveBack, giveBack);
  return new RunningExec(deps, { tool, mark, line }, signal);
}

interface Started {
  readonly tool: ExecProcess;
  readonly mark: string;
  readonly line: Uint8Array;
}

class RunningExec implements SpawnedCommand {
  readonly process: RemoteProcess;
  readonly #deps: ExecDeps;
  readonly #tool: ExecProcess;
  readonly #mark: string;
  readonly #stdout: MarkedOutput;
  readonly #stderr: MarkedOutput;
  #stopping: Promise<void> | undefined;
  #reason: { readonly value: unknown } | undefined;

  constructor(deps: ExecDeps, { tool, mark, line }: Started, signal: AbortSignal | undefined) {
    this.#deps = deps;
    this.#tool = tool;
    this.#mark = mark;
    this.#stdout = readMarked(tool.stdout, mark);
    this.#stderr = readMarked(tool.stderr, mark);
    const exit = this.#awaitExit();
    exit.catch(() => {});
    this.process = {
      stdin: this.#openStdin(line),
      stdout: this.#guard(this.#stdout.bytes),
      stderr: this.#guard(this.#stderr.bytes),
      exit,
      kill: (wanted) => this.#kill(wanted),
    };
    const abort = () => void this.stop(signal?.reason);
    signal?.addEventListener('abort', abort);
    const forget = () => signal?.removeEventListener('abort', abort);
    tool.ended.then(forget, forget);
    if (signal?.aborted === true) abort();
  }

  stop(reason: unknown): Promise<void> {
    this.#reason ??= { value: reason };
    return (this.#stopping ??= this.#end());
  }

  async #end(): Promise<void> {
    const pid = await this.#startedWithin(START_GRACE_MS);
    this.#stdout.discard();
    this.#stderr.discard();
    if (pid !== undefined) {
      const ending = endTree(this.#deps, { pid, tag: this.#mark }).catch(() => {});
      await Promise.race([ending, this.#deps.clock.sleep(END_GRACE_MS)]);
    }
    this.#tool.kill();
  }

  /** Nothing can have begun while the tool still waits for the end of its input. */
  async #startedWithin(ms: number): Promise<string | undefined> {
    if (!this.#tool.stdin.writableEnded) return undefined;
    const timer = new AbortController();
    const expired = this.#deps.clock.sleep(ms, timer.signal).catch(() => undefined);
    const pid = await Promise.race([this.#stdout.ready.catch(() => undefined), expired]);
    timer.abort();
    return typeof pid === 'string' ? pid : undefined;
  }

  async #kill(signal: Parameters<RemoteProcess['kill']>[0]): Promise<void> {
    const over = this.#tool.ended.then(() => undefined);
    const pid = await Promise.race([this.#stdout.ready.catch(() => undefined), over]);
    if (pid !== undefined) await signalTree(this.#deps, { pid, tag: this.#mark }, signal);
  }

  /** Never the tool's word alone, nor the mark's: where they differ nobody knows (openshell §1.4). */
  async #awaitExit(): Promise<ExitStatus> {
    try {
      const code = await this.#tool.ended;
      const [said, complained] = await Promise.all([this.#stdout.ended, this.#stderr.ended]);
      if (said.status !== complained.status || said.status !== code || said.status > 255)
        throw new CommandError('EXIT_UNKNOWN', 'The command’s end and its tool’s do not agree');
      await this.#stopping;
      if (this.#reason !== undefined) throw this.#reason.value;
      return { code: said.status };
    } catch (error) {
      await this.#stopping;
      throw this.#reason === undefined ? error : this.#reason.value;
    }
  }

  /** Reads of a command that is being ended reject with the reason for it. */
  #guard(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    const iterator = bytes[Symbol.asyncIterator]();
    const next = async () => {
      try {
        const result = await iterator.next();
        if (result.done !== true || this.#reason === undefined) return result;
      } catch (error) {
        if (this.#reason === undefined) throw error;
      }
      await this.#stopping;
      throw this.#reason.value;
    };
    return {
      [Symbol.asyncIterator]: () => ({
        next,
        return: async () => (await iterator.return?.()) ?? { value: undefined, done: true },
      }),
    };
  }

  #openStdin(line: Uint8Array): ByteSink {
    const { stdin } = this.#tool;
    let size = line.length;
    stdin.write(line);
    return {
      write: async (chunk) => {
        size += chunk.length;
        if (size > MAX_STDIN_BYTES) {
          const message = `The gateway’s tool takes at most ${MAX_STDIN_BYTES} bytes of standard input`;
          const limit = new CommandError('LIMIT_EXCEEDED', message, { hint: 'Send a file instead.' });
          await this.stop(limit);
          throw limit;
        }
        if (!stdin.writable || stdin.write(chunk)) return;
        await Promise.race([once(stdin, 'drain'), this.#tool.ended]).catch(() => {});
      },
      end: async () => {
        if (stdin.writable) stdin.end();
      },
    };
  }
}
