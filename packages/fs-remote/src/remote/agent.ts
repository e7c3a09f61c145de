import type { RemoteProcess } from '@clamshell/core';

import { FrameReader, type Fields, replyInvalid } from '../wire/frame-reader.ts';
import { encodeFrames, type Operation } from '../wire/operation.ts';
import { REFUSAL_BYTES } from './road.ts';

interface Waiting {
  /** Its caller has gone. */
  isAbandoned: boolean;
  readonly count: number;
  readonly maxReplyBytes: number;
  readonly resolve: (replies: readonly Fields[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A program in the sandbox that answers one request after another. Its first unintelligible answer is its last: every
 * request that waits then rejects, and so does every later one.
 */
export class Agent {
  readonly #process: RemoteProcess;
  readonly #reader: FrameReader;
  readonly #waiting: Waiting[] = [];
  #written: Promise<unknown> = Promise.resolve();
  #failure: { readonly reason: unknown } | undefined;
  #isRetired = false;

  constructor(process: RemoteProcess) {
    this.#process = process;
    this.#reader = new FrameReader(process.stdout);
    void discard(process.stderr);
  }

  /** False once it has failed or was given up. */
  get isGood(): boolean {
    return this.#failure === undefined && !this.#isRetired;
  }

  ask(
    operations: readonly Operation[],
    maxReplyBytes: number,
    signal?: AbortSignal,
  ): Promise<readonly Fields[]> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure.reason);
      const abandon = () => {
        waiting.isAbandoned = true;
        reject(signal?.reason);
        this.#retire();
      };
      signal?.addEventListener('abort', abandon, { once: true });
      const settled = () => signal?.removeEventListener('abort', abandon);
      const waiting: Waiting = {
        isAbandoned: false,
        count: operations.length,
        maxReplyBytes: maxReplyBytes + REFUSAL_BYTES,
        resolve: (replies) => (settled(), resolve(replies)),
        reject: (error) => (settled(), reject(error)),
      };
      this.#waiting.push(waiting);
      if (this.#waiting.length === 1) void this.#answer();
      this.#send(encodeFrames(operations));
    });
  }

  /** Takes no new request, and ends as soon as nobody waits for an answer any more. */
  #retire(): void {
    this.#isRetired = true;
    if (this.#waiting.every(({ isAbandoned }) => isAbandoned)) this.#end();
  }

  #send(bytes: Uint8Array): void {
    this.#written = this.#written.then(() => this.#process.stdin.write(bytes));
    this.#written.catch((error: unknown) => this.#fail(error));
  }

  async #answer(): Promise<void> {
    try {
      for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
        const replies: Fields[] = [];
        while (replies.length < next.count) replies.push(await this.#reader.read(next.maxReplyBytes));
        this.#waiting.shift();
        next.resolve(replies);
        if (this.#isRetired) this.#retire();
      }
    } catch (error) {
      this.#fail(await this.#reasonOf(error));
    }
  }

  /** A link that broke is the better reason for an answer that did not come. */
  async #reasonOf(error: unknown): Promise<unknown> {
    this.#end();
    return this.#process.exit.then(
      ({ code }) => replyInvalid(`its program ended with ${code} (${String(error)})`),
      (lost: unknown) => lost,
    );
  }

  #fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.#end();
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#failure.reason);
  }

  #end(): void {
    this.#isRetired = true;
    this.#process.stdin.end().catch(() => {});
    this.#process.kill('KILL').catch(() => {});
  }
}

async function discard(output: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of output) if (chunk.length < 0) return;
  } catch {
    // What became of the process is told by its exit.
  }
}
