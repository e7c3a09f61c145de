import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

const MAX_HELD_BYTES = 16 * 1024 * 1024;

/** `node delay.ts MS COMMAND…`: the command's stdin and stdout, each byte MS late; with 0 it is a plain pipe too. */
const [ms = '0', command = 'cat', ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
if (Number(ms) === 0) {
  process.stdin.pipe(child.stdin);
  child.stdout.pipe(process.stdout);
} else {
  pipeLate(process.stdin, child.stdin);
  pipeLate(child.stdout, process.stdout);
}
child.on('exit', () => setTimeout(() => process.exit(), 2 * Number(ms)));

/** Late, but not slower: chunks overlap on their way, up to what a fast and long link holds. */
function pipeLate(from: Readable, to: Writable): void {
  let held = 0;
  to.on('error', () => undefined);
  to.setMaxListeners(0);
  from.on('data', (chunk: Uint8Array) => {
    held += chunk.length;
    if (held > MAX_HELD_BYTES) from.pause();
    setTimeout(() => {
      to.write(chunk, () => {
        held -= chunk.length;
        if (held <= MAX_HELD_BYTES) from.resume();
      });
    }, Number(ms));
  });
  from.on('end', () => setTimeout(() => to.end(), Number(ms)));
}
