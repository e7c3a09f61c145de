import { randomBytes } from 'node:crypto';

import {
  CommandError,
  feedBytes,
  type ShellReply,
  type ShellRequest,
  type SpawnedCommand,
} from '@clamshell/core';

import type { CommandStarter } from '../command/spawn-command.ts';
import { onAbort } from '../connection/on-abort.ts';
import { LOOP } from './loop-script.ts';
import { ProgramNumbers } from './program-numbers.ts';
import { ReplyStream } from './reply-stream.ts';

/** A shell in the sandbox that answers requests, one at a time. */
export interface RequestShell {
  /** True when it answers no more: it was ended, ended by itself, or spoke out of turn. */
  readonly isOver: boolean;
  /** Any rejection has ended the program, and the shell with it. */
  answer(request: ShellRequest, signal: AbortSignal | undefined): Promise<ShellReply>;
}

/** Resolves with `undefined` where the sandbox lacks what the loop needs; rejects as the starter does. */
export async function startRequestShell(
  starter: CommandStarter,
  signal: AbortSignal | undefined,
): Promise<RequestShell | undefined> {
  const mark = newMark();
  const shell = new SpawnedShell(
    await starter.spawn({ argv: ['sh', '-c', LOOP, 'clamshell', mark] }, signal),
  );
  const { status } = await shell.reply({ mark, maxBytes: 0, signal });
  return status === 0 ? shell : undefined;
}

interface Expectation {
  readonly mark: string;
  readonly maxBytes: number;
  readonly signal: AbortSignal | undefined;
}

class SpawnedShell implements RequestShell {
  isOver = false;
  readonly #spawned: SpawnedCommand;
  readonly #programs = new ProgramNumbers();
  readonly #stdout: ReplyStream;
  readonly #stderr: ReplyStream;

  constructor(spawned: SpawnedCommand) {
    const end = (reason: unknown) => {
      this.isOver = true;
      void spawned.stop(reason);
    };
    this.#spawned = spawned;
    this.#stdout = new ReplyStream(spawned.process.stdout, end);
    this.#stderr = new ReplyStream(spawned.process.stderr, end);
  }

  async answer(request: ShellRequest, signal: AbortSignal | undefined): Promise<ShellReply> {
    const mark = newMark();
    const feeding = this.#feed(this.#programs.head(mark, request), request.stdin);
    // Where writing fails, so does reading, and says why.
    feeding.catch(() => {});
    const reply = await this.reply({ mark, maxBytes: request.maxReplyBytes, signal });
    await feeding;
    return reply;
  }

  /** The next reply. Without it nobody could tell where another begins, so that a failure ends the shell. */
  async reply({ mark, maxBytes, signal }: Expectation): Promise<ShellReply> {
    const forget = onAbort([signal], (reason) => void this.#spawned.stop(reason));
    try {
      const [stdout, stderr] = await Promise.all([
        this.#stdout.next(mark, maxBytes),
        this.#stderr.next(mark, maxBytes),
      ]);
      return { status: readStatus(stdout.line), stdout: stdout.bytes, stderr: stderr.bytes };
    } catch (error) {
      this.isOver = true;
      await this.#spawned.stop(error);
      throw error;
    } finally {
      forget();
    }
  }

  async #feed(head: Uint8Array, body: Uint8Array | undefined): Promise<void> {
    const { stdin } = this.#spawned.process;
    await stdin.write(head);
    if (body !== undefined) await feedBytes(stdin, body);
  }
}

function newMark(): string {
  return randomBytes(16).toString('hex');
}

function readStatus(line: string): number {
  const status = Number(line);
  if (line === '' || status > 255)
    throw new CommandError('EXIT_UNKNOWN', 'The program ended without an exit status');
  return status;
}
