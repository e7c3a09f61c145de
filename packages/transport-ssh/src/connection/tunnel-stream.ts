import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { Duplex } from 'node:stream';

/** Bytes that may wait for the tunnel before writers are asked to pause. */
const HIGH_WATER_BYTES = 1024 * 1024;

/** The program's stdout and stdin as the one stream that SSH runs over, pausing each side when the other is slow. */
export class TunnelStream extends Duplex {
  readonly #program: ChildProcessWithoutNullStreams;

  constructor(program: ChildProcessWithoutNullStreams) {
    super({ allowHalfOpen: false, highWaterMark: HIGH_WATER_BYTES });
    this.#program = program;
    program.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) program.stdout.pause();
    });
    program.stdout.on('end', () => this.push(null));
    // A broken pipe shows as the end of the other direction, or of the program.
    program.stdout.on('error', () => this.push(null));
    program.stdin.on('error', () => {});
    program.on('error', (cause) => this.destroy(cause));
    program.on('exit', () => program.stdin.destroy());
  }

  override _read(): void {
    this.#program.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#send(chunk, done);
  }

  /** Packets that piled up go out together: one system call instead of one each. */
  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: () => void): void {
    this.#send(
      chunks.length === 1 ? chunks[0]!.chunk : Buffer.concat(chunks.map(({ chunk }) => chunk)),
      done,
    );
  }

  override _final(done: () => void): void {
    this.#program.stdin.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#program.stdin.destroy();
    this.#program.stdout.destroy();
    done(error);
  }

  #send(chunk: Buffer, done: () => void): void {
    const { stdin } = this.#program;
    if (stdin.writable) stdin.write(chunk, () => done());
    else done();
  }
}
