import { EXIT } from '../exit-codes.ts';

/** A reader that left (`| head`) is no error; a full disk is one. */
export function ignoreClosedPipes(streams: readonly NodeJS.WriteStream[]): void {
  for (const stream of streams) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') return;
      process.once('exit', () => (process.exitCode = EXIT.failed));
    });
  }
}
